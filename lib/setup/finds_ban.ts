/**
 * Whether regular expressions of fail2ban's find a line of a ban, as far as that can be told without
 * Python.
 *
 * @module
 */

/** What is left of such a line once fail2ban has cut out its time. */
const LINE = " fail2ban.actions        [27932]: NOTICE  [sshd] Ban 192.0.2.7";
/** As some forms of the time leave it. */
const LINES = [LINE, LINE.trimStart(), `,085${LINE}`];

/** What fail2ban puts in place of its own words. */
const HOST = /<(?:HOST|ADDR|IP4|CIDR|SUBNET)>/g;
/** Words of its own that mark a part of a line, and match what is between them. */
const MARK = /<\/?F-[A-Z_]+>/g;

/**
 * Looks for a ban.
 *
 * @param text Expressions, one a line, each with all it refers to put in.
 * @returns Whether one of them finds it; `undefined` where that cannot be told.
 */
export function findsBan(text: string): boolean | undefined {
  const expressions = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const found = expressions.map(isFoundBy);
  if (found.includes(true)) return true;
  return found.includes(undefined) ? undefined : false;
}

function isFoundBy(expression: string): boolean | undefined {
  const source = expression.replaceAll(HOST, "(?:192\\.0\\.2\\.7)").replaceAll(MARK, "")
    .replaceAll("(?P<", "(?<").replaceAll(/\(\?P=(\w+)\)/g, "\\k<$1>").replaceAll("\\Z", "$")
    .replaceAll("\\A", "^");
  // Words of fail2ban's that are not known here, and what only Python has.
  if (/<[A-Z]+>|\(\?[aiLmsux-]+[:)]|\(\?\(|\(\?>|[*+?}]\+|…/.test(source)) return undefined;
  try {
    const regex = new RegExp(source);
    return LINES.some((line) => regex.test(line));
  } catch {
    return undefined;
  }
}

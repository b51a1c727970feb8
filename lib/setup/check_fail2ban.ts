/**
 * Whether fail2ban, as it is configured, tells permaban what it needs to know.
 *
 * @module
 */

import { checkJail, type Fail2banFolder } from "./check_jail.ts";
import { type Finding, findingsAbout, inWords } from "./finding.ts";
import { type Recipe, recognizeRecipe } from "./recipe.ts";
import { fail2banSetting, fail2banSettings, secondsOf } from "./survey.ts";
import { YEAR } from "./setup_options.ts";

const { ok, wrong, note, unknown } = findingsAbout("fail2ban");

/** Levels that leave bans out: those are of level NOTICE, and of level WARNING before 0.9. */
const TOO_QUIET = /^(?:CRITICAL|ERROR|WARNING|1)$/i;
const ENOUGH = /^(?:NOTICE|INFO|DEBUG|TRACEDEBUG|HEAVYDEBUG|[234])$/i;

/**
 * Looks at what fail2ban logs, how long it remembers, and what became of permaban's jail.
 *
 * @param folder Its configuration; `undefined` where there is none.
 * @param told The log that install was told, if it was.
 */
export function checkFail2ban(
  folder: Fail2banFolder | undefined,
  told: string | undefined,
): Finding[] {
  if (!folder) {
    return [unknown(
      "fail2ban is not configured here",
      'logs of another machine are named: "permaban scan LOG"',
    )];
  }
  const { files } = folder;
  const findings = [checkLevel(folder)];
  const { log } = fail2banSettings(files);
  if (told !== undefined && log.startsWith("/") && told !== log) {
    findings.push(note(
      `fail2ban logs to ${log}, and install was told to read ${told}`,
      "if that is not meant, run: permaban install --no-log",
    ));
  }
  if (files.has("jail.d/permaban.conf")) {
    findings.push(checkAge(folder), ...checkJail(folder, told ?? log));
  }
  return [...findings, ...checkRecipe(recognizeRecipe(files), folder)];
}

function checkLevel({ files, path }: Fail2banFolder): Finding {
  const level = fail2banSetting("loglevel", files);
  if (!level) return ok("fail2ban's log level is its own, which lets bans through");
  const place = `${path}/${level.file}:${level.line}`;
  if (TOO_QUIET.test(level.value)) {
    return wrong(
      `${place}: fail2ban's log level ${level.value} leaves out bans`,
      'set "loglevel = INFO" there, then: fail2ban-client set loglevel INFO',
    );
  }
  if (ENOUGH.test(level.value)) return ok(`${place}: log level ${level.value} lets bans through`);
  return unknown(
    `${place}: log level "${level.value}" may leave out bans, which are of level NOTICE`,
    "ask for it: fail2ban-client get loglevel",
  );
}

/** A file of the admin's is read behind the drop-in that install wrote. */
function checkAge({ files, path, jails }: Fail2banFolder): Finding {
  const findtime = jails.get("permaban", "findtime");
  const wanted = secondsOf(findtime && "text" in findtime ? findtime.text : "") || YEAR;
  const database = fail2banSetting("dbfile", files);
  if (database && /^(?:none|:memory:)$/i.test(database.value)) {
    return wrong(
      `${path}/${database.file}:${database.line}: fail2ban has no database, and forgets all bans ` +
        "when it stops",
      'set "dbfile = /var/lib/fail2ban/fail2ban.sqlite3" there, then: fail2ban-client reload',
    );
  }
  const age = fail2banSetting("dbpurgeage", files);
  if (secondsOf(age?.value ?? "1d") >= wanted) {
    return ok("fail2ban's database remembers as long as the jail looks back");
  }
  const place = age ? `${path}/${age.file}:${age.line}: ` : "";
  const back = wanted === YEAR ? "a year" : inWords(wanted);
  return wrong(
    `${place}fail2ban forgets bans after ${age?.value ?? "a day"}, and the jail looks back ${back}`,
    age
      ? `set "dbpurgeage = ${wanted === YEAR ? "1y" : wanted}" there, then: fail2ban-client reload`
      : "run: permaban install",
  );
}

function checkRecipe(recipe: Recipe | undefined, { path }: Fail2banFolder): Finding[] {
  const { ok, wrong } = findingsAbout("recipe");
  if (!recipe) return [ok("The recipe that permaban takes the place of is not in use")];
  const enabled = recipe.jails.filter(({ isEnabled }) => isEnabled);
  if (enabled.length === 0) return [ok("Of the recipe there are files, but no jail is enabled")];
  return enabled.map(({ name, file, line }) =>
    wrong(
      `${path}/${file}:${line}: The recipe's jail "${name}" is enabled beside permaban's`,
      `set "enabled = false" there, then: fail2ban-client stop ${name}`,
    )
  );
}

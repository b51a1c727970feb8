/**
 * Whether fail2ban, as it is configured, tells permaban what it needs to know.
 *
 * @module
 */

import { FAIL2BAN_FOLDER } from "./fail2ban_files.ts";
import { type Finding, findingsAbout } from "./finding.ts";
import { parseIni, readingOrder } from "./ini_file.ts";
import { type Recipe, recognizeRecipe } from "./recipe.ts";
import { fail2banSetting, secondsOf } from "./survey.ts";
import { YEAR } from "./setup_options.ts";

const { ok, wrong, unknown } = findingsAbout("fail2ban");

/** Levels that leave bans out: those are of level NOTICE, and of level WARNING before 0.9. */
const TOO_QUIET = /^(?:CRITICAL|ERROR|WARNING|1)$/i;
const ENOUGH = /^(?:NOTICE|INFO|DEBUG|TRACEDEBUG|HEAVYDEBUG|[234])$/i;

/**
 * Looks at what fail2ban logs, and how long it remembers.
 *
 * @param files The files in its folder.
 */
export function checkFail2ban(files: ReadonlyMap<string, string>): Finding[] {
  if (files.size === 0) {
    return [unknown(
      "fail2ban is not configured here",
      'logs of another machine are named: "permaban scan LOG"',
    )];
  }
  const findings = [checkLevel(files)];
  if (files.has("jail.d/permaban.conf")) findings.push(checkAge(files), ...checkJail(files));
  return [...findings, ...checkRecipe(recognizeRecipe(files))];
}

function checkLevel(files: ReadonlyMap<string, string>): Finding {
  const level = fail2banSetting("loglevel", files);
  if (!level) return ok("fail2ban's log level is its own, which lets bans through");
  const place = `${FAIL2BAN_FOLDER}/${level.file}:${level.line}`;
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
function checkAge(files: ReadonlyMap<string, string>): Finding {
  const age = fail2banSetting("dbpurgeage", files);
  const seconds = secondsOf(age?.value ?? "1d");
  if (seconds >= YEAR) return ok("fail2ban's database remembers as long as the jail looks back");
  const place = age ? `${FAIL2BAN_FOLDER}/${age.file}:${age.line}: ` : "";
  return wrong(
    `${place}fail2ban forgets bans after ${age?.value ?? "a day"}, and the jail looks back a year`,
    age ? `set "dbpurgeage = 1y" there, then: fail2ban-client reload` : "run: permaban install",
  );
}

/** What an admin's own file says of the jail holds, be it forgotten. */
function checkJail(files: ReadonlyMap<string, string>): Finding[] {
  const enabled = readingOrder("jail", [...files.keys()]).flatMap((file) =>
    parseIni(files.get(file) ?? "").map((setting) => ({ ...setting, file }))
  ).findLast(({ section, name }) => section === "permaban" && name === "enabled");
  if (!enabled || /^(?:1|true|yes|on)$/i.test(enabled.value)) return [];
  return [wrong(
    `${FAIL2BAN_FOLDER}/${enabled.file}:${enabled.line}: permaban's jail is not enabled`,
    'set "enabled = true" there, then: fail2ban-client reload',
  )];
}

function checkRecipe(recipe: Recipe | undefined): Finding[] {
  const { ok, wrong } = findingsAbout("recipe");
  if (!recipe) return [ok("The recipe that permaban takes the place of is not in use")];
  const enabled = recipe.jails.filter(({ isEnabled }) => isEnabled);
  if (enabled.length === 0) return [ok("Of the recipe there are files, but no jail is enabled")];
  return enabled.map(({ name, file, line }) =>
    wrong(
      `${FAIL2BAN_FOLDER}/${file}:${line}: The recipe's jail "${name}" is enabled beside permaban's`,
      `set "enabled = false" there, then: fail2ban-client stop ${name}`,
    )
  );
}

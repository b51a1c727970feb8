/**
 * Whether permaban's jail still does what install wrote it for, once fail2ban has read all its files.
 *
 * What keeps bans from the list needs doing. Any other change is an admin's to make, and is told.
 *
 * @module
 */

import { join } from "@std/path/posix";
import { Fail2banConfig, type Resolved } from "../blocklist/fail2ban_config.ts";
import { settingsIn } from "./fail2ban_settings.ts";
import { type Finding, findingsAbout } from "./finding.ts";
import { findsBan } from "./finds_ban.ts";
import { isMatch } from "./logrotate_file.ts";
import { secondsOf } from "./survey.ts";

const { ok, wrong, note, unknown } = findingsAbout("fail2ban");

/** fail2ban's configuration. */
export interface Fail2banFolder {
  /** Where it is. */
  readonly path: string;
  /** The files in it, by their paths there. */
  readonly files: ReadonlyMap<string, string>;
  /** The jails, as they are once all files are read. */
  readonly jails: Fail2banConfig;
  /** What a scan is told by permaban's configuration, by the jail's names for it: meant so, then. */
  readonly meant: ReadonlyMap<string, string | undefined>;
}

/** The jail, its filter and its action, and what it calls itself in each. */
const NAME = "permaban";
const OWN = {
  jail: "jail.d/permaban.conf",
  filter: "filter.d/permaban.conf",
  action: "action.d/permaban.conf",
} as const;
/** Those of filters and actions. */
const SECTIONS = ["Definition", "Init"];
const RELOAD = "then: fail2ban-client reload";
const TRUE = /^(?:1|true|yes|on)$/i;
/** Every address there is, as `ignoreip` may have it. */
const EVERYBODY = /(?:^|[\s,])(?:0\.0\.0\.0|::)\/0(?:[\s,]|$)/;
/** Options that are looked at for what they do, in whatever file they stand. */
const LOOKED_AT = ["enabled", "logpath", "backend"];
/** How much of a value is shown, in characters. */
const SHOWN = 60;

/**
 * Looks at permaban's jail, its filter and its action.
 *
 * @param folder fail2ban's configuration.
 * @param log Where fail2ban logs to, as its configuration says.
 */
export function checkJail(folder: Fail2banFolder, log: string): Finding[] {
  const { jails } = folder;
  const enabled = jails.get(NAME, "enabled");
  const isOff = !enabled || ("text" in enabled && !TRUE.test(enabled.text));
  // Of a jail that is off, fail2ban reads nothing more.
  const broken = faultsIn(jails, isOff ? [] : [NAME]);
  if (broken.length > 0) return broken;
  if (isOff) {
    const place = placeOf(enabled, folder, "jail");
    return [
      wrong(`${place}: permaban's jail is not enabled`, `set "enabled = true" there, ${RELOAD}`),
    ];
  }
  const findings = [...checkSource(folder, log), ...checkFilter(folder), ...checkAction(folder)];
  const places = findings.map(({ message }) => /^.*?:\d+: /.exec(message)?.[0]);
  const changes = changesIn(jails, [NAME], "jail", folder).filter(({ message }) =>
    !places.some((place) => place !== undefined && message.startsWith(place))
  );
  const all = [...findings, ...changes];
  return all.length > 0 ? all : [ok("permaban's jail does what install wrote it for")];
}

/** fail2ban neither starts nor reloads with a file that it does not understand. */
function faultsIn(config: Fail2banConfig, sections: readonly string[]): Finding[] {
  const unresolved = sections.flatMap((section) =>
    [...config.options(section).keys()].flatMap((option) => {
      const value = config.get(section, option);
      // What a jail takes from its filter is not known here.
      return !value || "text" in value || value.fault.includes("%(known/")
        ? []
        : [{ ...value, message: value.fault }];
    })
  );
  return [...config.faults, ...unresolved].map(({ file, line, message }) => {
    const text = `${line === undefined ? file : `${file}:${line}`}: ${message}`;
    return message.endsWith("permission denied")
      ? unknown(text, "run it as root")
      : wrong(`${text}; fail2ban does not start`, "mend it there, then: fail2ban-client -t");
  });
}

/** Whether the jail reads what fail2ban writes, and heeds it. */
function checkSource(folder: Fail2banFolder, log: string): Finding[] {
  const [ignored, backend, logpath] = ["ignoreip", "backend", "logpath"].map((option) =>
    folder.jails.get(NAME, option)
  );
  const findings: Finding[] = [];
  if (EVERYBODY.test(textOf(ignored))) {
    findings.push(wrong(
      `${placeOf(ignored, folder, "jail")}: "ignoreip" has all addresses in it: nobody is banned`,
      `take that out, ${RELOAD}`,
    ));
  }
  if (/^systemd\b/i.test(textOf(backend))) {
    findings.push(wrong(
      `${placeOf(backend, folder, "jail")}: permaban's jail reads the journal, and no log`,
      `set "backend = auto" there, ${RELOAD}`,
    ));
  }
  const paths = textOf(logpath).split("\n").map((line) => line.replace(/\s+(?:head|tail)$/, ""));
  const isRead = paths.some((path) => isMatch(path, log));
  if (log.startsWith("/") && !isRead) {
    const place = placeOf(logpath, folder, "jail");
    findings.push(wrong(
      `${place}: permaban's jail reads ${shown(textOf(logpath))}, and fail2ban logs to ${log}`,
      place.startsWith(join(folder.path, OWN.jail))
        ? `run: permaban install, ${RELOAD}`
        : `set "logpath = ${log}" there, ${RELOAD}`,
    ));
  }
  return findings;
}

function checkFilter(folder: Fail2banFolder): Finding[] {
  const filter = folder.jails.get(NAME, "filter");
  const [name = ""] = namesIn(textOf(filter));
  const config = partOf(folder, "filter.d", name);
  const broken = config ? faultsIn(config, SECTIONS) : [];
  if (broken.length > 0) return broken;
  const changes = config && name === NAME ? changesIn(config, SECTIONS, "filter", folder) : [];
  // What the jail says itself takes the place of what its filter says.
  const ofFilter = (option: string) => {
    const own = folder.jails.get(NAME, option);
    return textOf(own) !== "" ? own : config?.get("Definition", option);
  };
  const regex = ofFilter("failregex");
  const isThere = config !== undefined && textOf(regex) !== "";
  const blind = isThere ? blindnessOf(ofFilter, name === NAME) : undefined;
  if (isThere && !blind) return changes;
  if (blind && (name === NAME || !config?.files.includes(blind.file))) {
    // In install's own failregex it is a part that somebody else has changed.
    const part = blind.file === join(folder.path, OWN.filter) ? firstChange(config, folder) : blind;
    const place = placeOf(part ?? blind, folder, "filter");
    const others = changes.filter(({ message }) => !message.startsWith(`${place}: `));
    return [
      wrong(
        `${place}: what fail2ban logs of a ban is not found with that, or ignored`,
        wayBack(place, folder),
      ),
      ...others,
    ];
  }
  // That it is not there any more is said where install's files are looked at.
  if (!config && name === NAME) return [];
  const place = regex && !blind
    ? placeOf(regex, folder, "filter")
    : placeOf(filter, folder, "jail");
  return [wrong(`${place}: permaban's jail has no filter that finds bans`, wayBack(place, folder))];
}

/** The setting because of which the jail finds no ban, as far as that can be told. */
function blindnessOf(
  ofFilter: (option: string) => Resolved | undefined,
  isOwn: boolean,
): Resolved | undefined {
  const [prefix, regex, ignored] = ["prefregex", "failregex", "ignoreregex"].map(ofFilter);
  if (textOf(prefix) !== "" && findsBan(textOf(prefix)) === false) return prefix;
  // What is left of the line by a prefix is not known here.
  const isFound = textOf(prefix) === "" ? findsBan(textOf(regex)) : undefined;
  // A filter that is not permaban's is taken for one of bans only if it finds one.
  if (isFound === false || (isFound === undefined && !isOwn)) return regex;
  return findsBan(textOf(ignored)) ? ignored : undefined;
}

/** A part of the filter's expressions that other files than install's own change. */
function firstChange(
  config: Fail2banConfig | undefined,
  { path }: Fail2banFolder,
): Resolved | undefined {
  const changed = [...config?.options("Definition") ?? []].find(([option, { file }]) =>
    option.startsWith("_") && file !== join(path, OWN.filter)
  );
  return changed && config?.get("Definition", changed[0]);
}

function checkAction(folder: Fail2banFolder): Finding[] {
  const action = folder.jails.get(NAME, "action");
  const names = namesIn(textOf(action));
  const configs = names.flatMap((name) => partOf(folder, "action.d", name) ?? []);
  const broken = configs.flatMap((config) => faultsIn(config, SECTIONS));
  if (broken.length > 0) return broken;
  const bans = configs.map((config) => config.get("Definition", "actionban"));
  const isListing = (ban: Resolved | undefined) => textOf(ban).includes(NAME);
  const own = partOf(folder, "action.d", NAME);
  if (bans.some(isListing)) {
    return own && names.includes(NAME) ? changesIn(own, SECTIONS, "action", folder) : [];
  }
  if (names.includes(NAME) && !own) return [];
  const emptied = names.includes(NAME) ? own?.get("Definition", "actionban") : undefined;
  const place = emptied ? placeOf(emptied, folder, "action") : placeOf(action, folder, "jail");
  const text = emptied ? `actionban = ${textOf(emptied)}` : `action = ${textOf(action)}`;
  return [wrong(
    `${place}: "${shown(text)}" in permaban's ${
      emptied ? "action" : "jail"
    } puts nobody on the list`,
    wayBack(place, folder),
  )];
}

/** A filter or an action, if there is one of that name. */
function partOf({ path, files }: Fail2banFolder, kind: string, name: string) {
  const isThere = [".conf", ".local"].some((end) => files.has(`${kind}/${name}${end}`));
  return isThere ? new Fail2banConfig(path, `${kind}/${name}`) : undefined;
}

/** Names of filters or actions, without what they are given in brackets. */
function namesIn(value: string): string[] {
  const names = value.replace(/\[(?:"[^"]*"|'[^']*'|[^\]"'])*\]/g, " ");
  return names.split(/[\s,]+/).filter((name) => name !== "");
}

/** What other files than install's own change. */
function changesIn(
  config: Fail2banConfig,
  sections: readonly string[],
  kind: keyof typeof OWN,
  folder: Fail2banFolder,
): Finding[] {
  const written = settingsIn(OWN[kind], folder.files.get(OWN[kind]) ?? "");
  return sections.flatMap((section) =>
    [...config.options(section)].flatMap(([option, { file }]): Finding[] => {
      const value = config.get(section, option);
      if (!value || file === join(folder.path, OWN[kind]) || LOOKED_AT.includes(option)) return [];
      const before = written.findLast((one) => one.section === section && one.name === option);
      const fine = [before?.value, kind === "jail" ? folder.meant.get(option) : undefined];
      if (fine.some((text) => text !== undefined && isSame(textOf(value), text))) return [];
      const instead = before ? `, where install wrote "${shown(before.value)}"` : "";
      return [note(
        `${placeOf(value, folder, kind)}: permaban's ${kind} has "${
          shown(`${option} = ${textOf(value)}`)
        }"${instead}`,
        `if that is not meant, take it out there, ${RELOAD}`,
      )];
    })
  );
}

function isSame(one: string, other: string): boolean {
  const isSameLength = secondsOf(one) > 0 && secondsOf(one) === secondsOf(other);
  return one === other || isSameLength || (TRUE.test(one) && TRUE.test(other));
}

/** What an option says, as far as that is known. */
function textOf(value: Resolved | undefined): string {
  if (!value) return "";
  return "text" in value ? value.text.trim() : "…";
}

function placeOf(
  value: Resolved | undefined,
  { path }: Fail2banFolder,
  kind: keyof typeof OWN,
): string {
  return value ? `${value.file}:${value.line}` : join(path, OWN[kind]);
}

/** How to have again what install wrote: in its own files it has to be asked to. */
function wayBack(place: string, { path }: Fail2banFolder): string {
  const isOwn = Object.values(OWN).some((own) => place.startsWith(join(path, own)));
  return `${isOwn ? "run: permaban install --force" : "take it out there"}, ${RELOAD}`;
}

function shown(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

/**
 * The man page, made from the table of commands, in the macros of man(7).
 *
 * @module
 */

import { ALLOWLIST, type AnyCommand, COMMON_OPTIONS, STATE_FOLDER } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { CONFIGURATION_FILE } from "./configuration.ts";
import { EXIT } from "./exit_status.ts";
import { describe, wrap } from "./help.ts";
import type { Option, OptionTable } from "./option.ts";
import { VERSION } from "./version.ts";

const DESCRIPTION = [
  "fail2ban bans an attacker for minutes and forgets. permaban reads every fail2ban log there is, " +
  "current, rotated and compressed, counts how often each address was banned, keeps repeat " +
  "offenders in a plain-text blocklist, and prints a batch that a loader such as iptables-restore " +
  "takes in one transaction.",
  "It reads files and standard input and writes files and standard output; it starts no program and " +
  "opens no socket. Standard output carries the result and nothing else, all messages go to standard " +
  "error.",
  "Options stand behind the command. A value follows its option behind a space or =, and -- ends the " +
  "options. --no-NAME takes the option --NAME back, whether it stood before or in the configuration.",
];

/** Files of every command; those of one stand in its spec. */
const FILES = [
  {
    path: `${STATE_FOLDER}/blocklist`,
    holds: "the blocklist: one network a line, with comments behind # or ;",
  },
  { path: `${STATE_FOLDER}/blocklist.lock`, holds: "its lock, which is empty and stays" },
  {
    path: ALLOWLIST,
    holds: "who is never blocked: one network a line, with comments behind # or ;",
  },
  {
    path: CONFIGURATION_FILE,
    holds: "options by their long names, those of a command below its name in brackets",
  },
];

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "Done.",
  no: "A question was answered with no.",
  usage: "Wrong usage; nothing was done.",
  failed: "Failed; nothing was changed.",
  partly:
    "Done, but part of the input could not be read or understood, each part named on standard " +
    "error, or the result could not be written.",
  bug: "A bug in permaban.",
};

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ["NO_COLOR", "If it is set to anything, messages are not coloured."],
  ["TERM", "If it is dumb, messages are not coloured."],
  [
    "PERMABAN_CONFIG",
    `The configuration instead of ${CONFIGURATION_FILE}; none if it is empty.`,
  ],
  [
    "PERMABAN_CACHE",
    "Where an executable in the self-unpacking form unpacks, instead of /var/cache/permaban.",
  ],
  [
    "SSH_CONNECTION",
    "The client of the SSH session in which a command runs, which is never blocked.",
  ],
  ["SSH_CLIENT", "The same."],
  ["SUDO_USER", "Who changes a list, for the journal."],
  ["USER", "The same where there is no sudo."],
  ["TZ", "The time zone of local times in logs: the name of a zone, such as Europe/Berlin."],
];

const SEE_ALSO = [
  ["cron", 8],
  ["fail2ban\\-client", 1],
  ["ip6tables\\-restore", 8],
  ["ipset", 8],
  ["iptables\\-restore", 8],
  ["iptables\\-save", 8],
  ["logrotate", 8],
  ["nft", 8],
] as const;

/** Characters in a line of text, before the escapes. */
const WIDTH = 70;

/**
 * The man page `permaban(8)`.
 *
 * @param date The day it was made, such as `2026-11-22`.
 * @returns Its source, in ASCII.
 */
export function manPage(date: string): string {
  const files = [...FILES, ...COMMANDS.flatMap(({ files = [] }) => files)];
  const unique = new Map(files.map(({ path, holds }) => [path, holds]));
  return [
    `.TH PERMABAN 8 ${date} "permaban ${roff(VERSION)}" "System Administration"`,
    // Names of commands and options are not to be broken.
    ".nh",
    ".ad l",
    ".SH NAME",
    "permaban \\- block for good whom fail2ban bans again and again",
    ".SH SYNOPSIS",
    ...COMMANDS.flatMap(({ name, operands }, at) => [
      ...(at === 0 ? [] : [".br"]),
      `.B permaban ${roff(name)}`,
      `.RI [ OPTION "...]" ${wordsOf(operands)}`.trimEnd(),
    ]),
    ".br",
    ".B permaban help",
    ".RI [ COMMAND ]",
    ".SH DESCRIPTION",
    ...paragraphs(DESCRIPTION),
    ".SH COMMANDS",
    ...COMMANDS.flatMap(commandSection),
    ".SH OPTIONS",
    "Every command has these.",
    ...optionItems(COMMON_OPTIONS),
    ".SH FILES",
    ...[...unique].flatMap(([path, holds]) => item(`.I ${roff(path)}`, `${holds}.`)),
    ".SH EXIT STATUS",
    ...Object.entries(MEANINGS).flatMap(([name, meaning]) =>
      item(`.B ${EXIT[name as keyof typeof EXIT]}`, meaning)
    ),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(([name, meaning]) => item(`.B ${roff(name)}`, meaning)),
    ".SH EXAMPLES",
    ...COMMANDS.flatMap(({ examples }) => examples).flatMap(({ line, does }) =>
      item(`.B "${roff(line)}"`, does)
    ),
    ".SH SEE ALSO",
    ...SEE_ALSO.map(([name, section], at) =>
      `.BR ${name} (${section})${at === SEE_ALSO.length - 1 ? "" : ","}`
    ),
    "",
  ].join("\n");
}

function commandSection(command: AnyCommand): string[] {
  const { name, operands, summary, description, verbs = {}, options } = command;
  return [
    `.SS ${roff(`permaban ${name} ${operands.replaceAll("…", "...")}`.trim())}`,
    text(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`),
    ".PP",
    ...paragraphs(description),
    ...Object.entries(verbs).flatMap(([verb, does]) => item(`.B ${roff(verb)}`, `${does}.`)),
    ...optionItems(options),
  ];
}

function optionItems(table: OptionTable): string[] {
  return Object.entries(table).flatMap(([name, option]) =>
    item(nameOf(name, option), `${describe(option)}.`)
  );
}

function nameOf(name: string, { placeholder, short }: Option): string {
  const letter = short && short.value === undefined ? `\\-${short.letter}\\fR, \\fB` : "";
  const value = placeholder === undefined ? "" : ` \\fI${roff(placeholder)}`;
  return `\\fB${letter}\\-\\-${roff(name)}${value}\\fR`;
}

/** The words of a command as the arguments of `.RI`: upright and italic in turn. */
function wordsOf(operands: string): string {
  const parts = operands.replaceAll("…", "...").split(/([A-Z]+)/);
  if (operands === "") return "";
  return [` ${parts[0]}`, ...parts.slice(1)].map((part) => `"${roff(part)}"`).join(" ");
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((paragraph, at) => [...(at === 0 ? [] : [".PP"]), text(paragraph)]);
}

function item(head: string, body: string): string[] {
  return [".TP", head, text(body)];
}

/** Running text: a sentence begins a line, and no line is a request. */
function text(plain: string): string {
  return plain.split(/(?<=[.;]) (?=[A-Z])/).flatMap((sentence) => wrap(sentence, WIDTH))
    .map((line) => roff(line).replace(/^\./, "\\&.")).join("\n");
}

/** A text with nothing in it that means something to roff, in ASCII. */
function roff(plain: string): string {
  return plain.replaceAll("…", "...").replaceAll(/[\\\-'"`^~]|[^ -~]/g, (character) => {
    return ESCAPES[character] ?? `\\[u${hexadecimal(character)}]`;
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

function hexadecimal(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

import type { Ban } from "../../lib/log/ban.ts";
import { ban } from "./report_of.ts";

/** Names of jails that mean something to whatever reads a report. */
export const HOSTILE_JAILS = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  "</style><b>&amp;",
  "=cmd|' /C calc'!A1",
  "+1",
  "-1",
  "@x",
  'a"b\\c',
  "two,cells",
  "esc\x1b[2J",
  "tab\tjail",
  "bidi\u202egnp.exe",
  "straße",
  "%3Dcmd",
  "{} 1\\n",
];

/** Bans by all of them. */
export function hostileBans(): Ban[] {
  return HOSTILE_JAILS.flatMap((jail, at) => [
    ban("192.0.2.1", "03-05 10:00", jail),
    ban(`192.0.2.${at + 2}`, "03-05 11:00", jail),
  ]);
}

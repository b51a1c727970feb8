/**
 * Reads fail2ban's logs, picks the repeat offenders, keeps a blocklist and prints batches that
 * block it.
 *
 * The parts follow the way of the data: logs, bans, a tally, offenders, the blocklist, the smallest
 * set of networks, the batch. None of them prints, exits, or asks the machine for clock or zone.
 *
 * @example From the text of a log to a batch for `iptables-restore`
 * ```ts
 * import {
 *   BanFinder,
 *   minimalNetworks,
 *   printIptablesBatch,
 *   Tally,
 *   UTC,
 * } from "@permaban/permaban";
 * import { assertEquals } from "@std/assert";
 *
 * const log = `\
 * 2026-11-20 10:00:00,100 fail2ban.actions        [7]: NOTICE  [sshd] Ban 192.0.2.4
 * 2026-11-20 10:10:00,100 fail2ban.actions        [7]: NOTICE  [sshd] Unban 192.0.2.4
 * 2026-11-21 11:00:00,100 fail2ban.actions        [7]: NOTICE  [sshd] Ban 192.0.2.4
 * 2026-11-21 12:00:00,100 fail2ban.actions        [7]: NOTICE  [sshd] Ban 198.51.100.9
 * `;
 *
 * const tally = new Tally({
 *   since: Date.UTC(2026, 0, 1) / 1000,
 *   jails: new Set(),
 *   ignoredJails: new Set(["recidive"]),
 *   countRestored: false,
 *   ipv6Prefix: 64,
 * });
 * const finder = new BanFinder({
 *   zone: UTC,
 *   notAfter: Date.UTC(2026, 11, 1) / 1000,
 *   onBan: (ban) => tally.add(ban),
 * });
 * finder.push(new TextEncoder().encode(log));
 * finder.finish();
 *
 * const offenders = tally.offenders(2);
 * assertEquals(Array.from(offenders, ({ bans, jails }) => [bans, jails.get("sshd")]), [[2, 2]]);
 *
 * const batch = printIptablesBatch({
 *   family: 4,
 *   networks: minimalNetworks(Array.from(offenders, ({ network }) => network)),
 *   table: "filter",
 *   chain: "permaban",
 *   jumps: [],
 *   target: "drop",
 *   layout: "tree",
 *   remarks: [],
 * });
 * assertEquals(
 *   [...batch].map((piece) => new TextDecoder().decode(piece)).join(""),
 *   "*filter\n:permaban - [0:0]\n-A permaban -s 192.0.2.4/32 -j DROP\nCOMMIT\n",
 * );
 * ```
 *
 * @module
 */

export * from "./lib/ip/network.ts";
export * from "./lib/ip/network_rows.ts";
export * from "./lib/ip/network_list.ts";
export * from "./lib/ip/minimal_networks.ts";
export * from "./lib/ip/subtract_networks.ts";
export * from "./lib/ip/common_networks.ts";
export * from "./lib/ip/range_networks.ts";
export * from "./lib/ip/covering_networks.ts";
export * from "./lib/ip/first_equals.ts";
export * from "./lib/ip/read_networks.ts";
export * from "./lib/ip/network_finder.ts";
export * from "./lib/ip/network_index.ts";
export * from "./lib/ip/special_networks.ts";
export * from "./lib/ip/widest_networks.ts";
export * from "./lib/file/file_error.ts";
export type { Edit, Witness } from "./lib/file/replace_file.ts";
export * from "./lib/log/time_zone.ts";
export * from "./lib/log/ban.ts";
export * from "./lib/log/flat_bans.ts";
export * from "./lib/log/ban_line.ts";
export * from "./lib/log/ban_finder.ts";
export * from "./lib/log/read_log.ts";
export * from "./lib/log/find_logs.ts";
export * from "./lib/log/log_file.ts";
export * from "./lib/log/scan_log.ts";
export * from "./lib/log/scan_logs.ts";
export * from "./lib/log/open_logs.ts";
export * from "./lib/log/open_log.ts";
export * from "./lib/log/text_edges.ts";
export * from "./lib/log/fingerprint.ts";
export * from "./lib/log/log_trace.ts";
export * from "./lib/log/scan_new_text.ts";
export * from "./lib/log/ban_batch.ts";
export * from "./lib/offender/duration.ts";
export * from "./lib/offender/echo_jails.ts";
export * from "./lib/offender/threshold.ts";
export * from "./lib/offender/subnets.ts";
export * from "./lib/offender/offenders.ts";
export type { BanCount } from "./lib/offender/ban_counts.ts";
export * from "./lib/offender/exemptions.ts";
export * from "./lib/offender/tally.ts";
export * from "./lib/offender/history.ts";
export * from "./lib/offender/history_error.ts";
export * from "./lib/offender/history_state.ts";
export * from "./lib/offender/missing_bans.ts";
export * from "./lib/blocklist/note.ts";
export * from "./lib/blocklist/blocklist.ts";
export * from "./lib/blocklist/lapsing.ts";
export * from "./lib/blocklist/stale_entries.ts";
export * from "./lib/blocklist/changed_entries.ts";
export * from "./lib/blocklist/blocklist_file.ts";
export { type Fault, type ForeignList, ForeignListError } from "./lib/blocklist/foreign_list.ts";
export * from "./lib/blocklist/read_foreign_list.ts";
export * from "./lib/blocklist/print_rules.ts";
export * from "./lib/blocklist/allowlist.ts";
export * from "./lib/blocklist/pardons.ts";
export * from "./lib/firewall/chain_name.ts";
export * from "./lib/firewall/iptables_batch.ts";
export * from "./lib/firewall/set_names.ts";
export * from "./lib/firewall/ipset_batch.ts";
export * from "./lib/firewall/nft_name.ts";
export * from "./lib/firewall/nft_batch.ts";
export * from "./lib/firewall/live_table.ts";
export {
  type Expression,
  type NftChain,
  type NftRule,
  type NftSet,
  type NftTable,
  parseNft,
} from "./lib/firewall/live_nft.ts";
export * from "./lib/firewall/live_ipset.ts";
export * from "./lib/firewall/dump_format.ts";
export * from "./lib/firewall/chain_verdicts.ts";
export {
  type Comparison,
  type Difference,
  type DumpProblem,
  NETWORK_DIFFERENCES,
  type NetworkDifference,
  OTHER_DIFFERENCES,
} from "./lib/firewall/comparison.ts";
export * from "./lib/firewall/compare_table.ts";
export * from "./lib/firewall/compare_ipset.ts";
export * from "./lib/firewall/compare_nft.ts";
export * from "./lib/report/calendar.ts";
export * from "./lib/report/survey.ts";
export * from "./lib/report/list_survey.ts";
export * from "./lib/report/crowded_networks.ts";
export * from "./lib/report/period_counts.ts";
export * from "./lib/report/report.ts";
export * from "./lib/report/text_report.ts";
export * from "./lib/report/json_report.ts";
export * from "./lib/report/table_name.ts";
export * from "./lib/report/csv_report.ts";
export * from "./lib/report/html_report.ts";
export * from "./lib/report/prometheus_report.ts";

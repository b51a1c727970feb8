/**
 * What loads a list anew, for those who do not want to wait until that is done.
 *
 * @module
 */

import { stampOf } from "../file/file_stamp.ts";
import { systemReason } from "../log/system_reason.ts";
import { scriptOn } from "../setup/installed_script.ts";
import { RootFolder } from "../setup/root_folder.ts";
import { FIREWALL_SCRIPT } from "../setup/setup_options.ts";
import { shellQuote } from "./completion/shell_quote.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { OptionTable } from "./option.ts";

/** What a configuration may say of batches that are loaded by hand. */
const LOADERS: Readonly<Record<string, string>> = { ipset: "ipset restore", nft: "nft -f -" };

/**
 * The command that loads a list where install has written one for just this list.
 *
 * @param path The blocklist or the allowlist.
 * @returns `undefined` where no script of install loads it.
 */
export function refreshOf(path: string): string | undefined {
  try {
    const script = scriptOn(new RootFolder("/"));
    const lists = script ? [script.blocklist, script.allowlist] : [];
    // By what they are: a folder may have a link to it.
    const stamp = stampOf(path);
    const isLoaded = stamp !== "" && lists.some((list) => stampOf(list) === stamp);
    return isLoaded ? `${FIREWALL_SCRIPT} refresh` : undefined;
  } catch (error) {
    // Who may not look at it may not call it either.
    if (systemReason(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * The commands that load the blocklist anew: that of install, or those that load a batch in the format
 * that the configuration names, or else with iptables.
 *
 * @param families The families of the networks that changed.
 * @param invocation The options and the configuration.
 */
export function nextLoads(
  families: ReadonlySet<4 | 6>,
  invocation: Invocation<OptionTable>,
): string[] {
  const refresh = refreshOf(blocklistPath(invocation.values));
  if (refresh !== undefined) return [refresh];
  const configured = invocation.configuration?.tables.get("restore")?.get("format")?.texts[0];
  const loader = LOADERS[configured ?? ""];
  const restore = `permaban restore${placeWords(invocation)}`;
  if (loader !== undefined) return [`${restore} | ${loader}`];
  const isSix = configured === "ip6tables";
  return [...families].sort().map((family) =>
    family === 4
      ? `${restore}${isSix ? " --format iptables" : ""} | iptables-restore -w --noflush`
      : `${restore}${isSix ? "" : " -6"} | ip6tables-restore -w --noflush`
  );
}

/** What was said on the command line of where the lists are holds for the batch, too. */
function placeWords({ given }: Invocation<OptionTable>): string {
  return ["blocklist", "allowlist", "state", "config"].map((name) => {
    const texts = given.get(name);
    if (texts === undefined) return "";
    return texts.length === 0
      ? ` --no-${name}`
      : texts.map((text) => ` --${name} ${shellQuote(text)}`).join("");
  }).join("");
}

/**
 * What doctor does not look at in an image, because a symbolic link may lead out of it: what would be
 * read then is this machine's.
 *
 * @module
 */

import { type Finding, findingsAbout } from "./finding.ts";
import type { RootFolder } from "./root_folder.ts";

const { unknown } = findingsAbout("files");

/**
 * Looks for links on the way to files, and in their place.
 *
 * @param paths The files and folders.
 * @param root The image; the machine itself follows its links.
 */
export function checkLinks(paths: readonly string[], root: RootFolder): Finding[] {
  const hidden = new Map<string, string>();
  for (const path of paths) {
    const link = root.linkOn(path);
    if (link !== undefined && !hidden.has(link)) hidden.set(link, path);
  }
  return [...hidden].map(([link, path]) =>
    unknown(
      `Cannot look at ${root.at(path)}: ${
        link === path ? "it" : root.at(link)
      } is a symbolic link, which may lead out of ${root.at("/")}`,
      "look at it on the machine itself: permaban doctor",
    )
  );
}

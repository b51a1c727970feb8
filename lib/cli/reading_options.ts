/**
 * How logs are read, and how that is shown meanwhile.
 *
 * @module
 */

import type { LogFile } from "../log/log_file.ts";
import type { ReadOptions } from "../log/scan_logs.ts";
import type { Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { Progress } from "./progress.ts";

/** Each reader takes some 20 MB: more of them at a time are only for who asks for them. */
const MOST_JOBS = 4;

/** As much text is worth a reader to who asks for some, in bytes. */
const ASKED_SHARE = 16 << 20;

/** Options for reading; a progress line is taken away when they are disposed of. */
export interface Reading extends Disposable {
  /** All but what is done with bans. */
  readonly options: Omit<ReadOptions, "onBan">;
}

/**
 * Makes options for reading some logs.
 *
 * @param files The logs.
 * @param invocation Options and host.
 */
export function readingOptions(
  files: readonly LogFile[],
  { values, host, messages }: Invocation<Pick<typeof SCAN_OPTIONS, "jobs">>,
): Reading {
  const progress = new Progress(host, !values.quiet);
  messages.onMessage(() => progress.clear());
  const allBytes = files.reduce((sum, { size }) => sum + size, 0);
  const all = { allFiles: files.length, allBytes };
  let [ended, bytes] = [0, 0];
  return {
    options: {
      zone: host.zone,
      now: host.now(),
      jobs: values.jobs || Math.min(host.cores, MOST_JOBS),
      share: values.jobs ? ASKED_SHARE : undefined,
      onRead: (count) => progress.show({ ...all, files: ended, bytes: bytes += count }),
      onEnd: () => ended++,
    },
    [Symbol.dispose]: () => progress.clear(),
  };
}

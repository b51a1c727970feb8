/**
 * The program of a reader in a thread of its own; {@linkcode startCrew} starts it.
 *
 * @module
 */

import { BanPacker } from "./ban_batch.ts";
import { FlatBanRows } from "./flat_bans.ts";
import { BATCHES, type CrewNews, type CrewOrders } from "./log_crew.ts";
import { LogOpenError, openLog } from "./open_log.ts";
import { readTask } from "./read_task.ts";
import { LOCAL, remembering, UTC } from "./time_zone.ts";

/** A worker's own scope, as far as it is used; the library of types knows only a window's. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<CrewOrders>) => void;
  postMessage(news: CrewNews, transfer: Transferable[]): void;
  close(): void;
};

/** Bytes of files after which a batch is sent even if it is not full, so that progress shows. */
const NEWS = 8 << 20;

scope.onmessage = ({ data }) => work(data);

async function work(orders: CrewOrders): Promise<void> {
  const { tasks, next, taken } = orders;
  const zone = remembering(orders.zone === "UTC" ? UTC : LOCAL);
  let sent = 0;
  let read = 0;
  const say = (news: CrewNews, transfer: Transferable[] = []) => scope.postMessage(news, transfer);
  const packer = new BanPacker((batch) => {
    // Not asynchronous: a thread of its own may stand still.
    for (let got; sent - (got = Atomics.load(taken, 0)) >= BATCHES;) Atomics.wait(taken, 0, got);
    sent++;
    const flat = rows.take();
    say({ kind: "bans", flat, batch, read }, [flat.words.buffer, batch.bytes.buffer]);
    read = 0;
  });
  const onBan = packer.add.bind(packer);
  const rows = new FlatBanRows(() => packer.flush());
  const onFlatBans = rows.add.bind(rows);
  const onRead = (bytes: number) => {
    read += bytes;
    if (read >= NEWS) packer.flush();
  };
  for (let number; (number = Atomics.add(next, 0, 1)) < tasks.length;) {
    const task = tasks[number];
    if (!task) break;
    try {
      using file = openLog(task.file);
      const reading = await readTask(task, file, {
        zone,
        isPatient: false,
        onBan,
        onFlatBans,
        onRead,
      });
      say({ kind: "done", task: number, reading });
    } catch (error) {
      if (!(error instanceof LogOpenError)) throw error;
      say({ kind: "moved", task: number });
    }
  }
  packer.flush();
  say({ kind: "end" });
  scope.close();
}

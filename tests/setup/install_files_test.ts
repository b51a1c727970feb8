import { assertEquals, assertThrows } from "@std/assert";
import { FileError } from "../../lib/file/file_error.ts";
import { installFiles, planInstall } from "../../lib/setup/install_files.ts";
import {
  EMPTY_RECORD,
  parseRecord,
  printRecord,
  RECORD_PATH,
} from "../../lib/setup/install_record.ts";
import { RootFolder } from "../../lib/setup/root_folder.ts";
import type { PlannedFile } from "../../lib/setup/setup_options.ts";
import { planUninstall, uninstallFiles } from "../../lib/setup/uninstall_files.ts";
import { Folder } from "../folder.ts";

const PLACES = { state: "/var/lib/permaban", blocklist: "/var/lib/permaban/blocklist" };
const [JAIL, SCRIPT] = ["/etc/fail2ban/jail.d/permaban.conf", "/etc/permaban/firewall"];

const files = (version: string): PlannedFile[] => [
  { path: PLACES.blocklist, mode: 0o600, text: "", isSeed: true },
  { path: SCRIPT, mode: 0o755, text: `script ${version}\n` },
  { path: JAIL, mode: 0o644, text: `jail ${version}\n` },
];

/** A machine in a folder, with what was installed on it. */
class Machine extends Folder {
  readonly root = new RootFolder(this.path);
  record = EMPTY_RECORD;

  /** Installs a version; what became of the script and the jail. */
  install(version: string, force = false): string[] {
    const steps = planInstall(files(version), this.root, this.record, force);
    this.record = installFiles(steps, this.root, PLACES, this.record);
    assertEquals(parseRecord(this.read(RECORD_PATH)), this.record);
    return steps.slice(1).map(({ state, aside }) => aside ? `${state} ${aside}` : state);
  }

  /** Uninstalls; what became of which file. */
  uninstall(how: { force?: boolean; purge?: boolean } = {}): string[] {
    const { force = false, purge = false } = how;
    const steps = planUninstall(this.record, this.root, PLACES, { force, purge });
    uninstallFiles(steps, this.root, PLACES, this.record, purge);
    this.record = EMPTY_RECORD;
    return steps.map(({ state, path, aside }) => `${state} ${path}${aside ? ` ${aside}` : ""}`);
  }

  /** All files and folders. */
  tree(folder = ""): string[] {
    return [...Deno.readDirSync(this.at(folder))].flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      return isDirectory ? [`${path}/`, ...this.tree(path)] : [path];
    }).sort();
  }
}

const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o7777;

Deno.test("files are installed with their modes, once, and taken back without a trace", () => {
  using machine = new Machine();
  machine.write("etc/fail2ban/jail.conf", "");
  const before = machine.tree();
  assertEquals(machine.install("1"), ["new", "new"]);
  assertEquals(machine.install("1"), ["unchanged", "unchanged"]);
  const modes = [SCRIPT, JAIL, PLACES.blocklist, PLACES.state, "etc/permaban"];
  assertEquals(modes.map((path) => mode(machine.at(path)).toString(8)), [
    ...["755", "644", "600"],
    ...["700", "755"],
  ]);
  machine.uninstall();
  assertEquals(machine.tree(), before);
});

Deno.test("a mode that is wrong is mended, whatever was done to the text", () => {
  using machine = new Machine();
  machine.install("1");
  for (const [path, wrong] of [[SCRIPT, 0o644], [JAIL, 0o666]] as const) {
    Deno.chmodSync(machine.at(path), wrong);
    machine.install("1");
  }
  assertEquals([mode(machine.at(SCRIPT)), mode(machine.at(JAIL))], [0o755, 0o644]);
  assertEquals(machine.tree().filter((path) => path.endsWith("~")), []);
  machine.write(SCRIPT, "edited\n");
  Deno.chmodSync(machine.at(SCRIPT), 0o666);
  assertEquals(machine.install("1", true), [`changed ${SCRIPT}~`, "unchanged"]);
  assertEquals(mode(machine.at(SCRIPT)), 0o755);
  // What somebody lets others read of the list is left alone.
  Deno.chmodSync(machine.at(PLACES.blocklist), 0o640);
  machine.install("1");
  assertEquals(mode(machine.at(PLACES.blocklist)), 0o640);
});

Deno.test("a new version replaces an old one, and keeps it aside till it is uninstalled", () => {
  using machine = new Machine();
  const before = machine.tree();
  machine.install("1");
  assertEquals(machine.install("2"), [`changed ${SCRIPT}~`, `changed ${JAIL}~`]);
  assertEquals(machine.install("3"), [`changed ${SCRIPT}~`, `changed ${JAIL}~`]);
  assertEquals(machine.read(`${JAIL}~`), "jail 2\n");
  assertEquals(mode(machine.at(SCRIPT)), 0o755);
  machine.uninstall();
  assertEquals(machine.tree(), before);
});

Deno.test("a file that was edited by hand is replaced only by force, and never lost", () => {
  using machine = new Machine();
  machine.write(JAIL, "by the admin\n");
  assertEquals(machine.install("1"), ["new", "edited"]);
  assertEquals(machine.read(JAIL), "by the admin\n");
  assertEquals(machine.install("1", true), ["unchanged", `changed ${JAIL}~`]);
  assertEquals(machine.read(`${JAIL}~`), "by the admin\n");
  machine.write(JAIL, "again\n");
  assertEquals(machine.install("1"), ["unchanged", "edited"]);
  assertEquals(machine.install("2", true), [`changed ${SCRIPT}~`, `changed ${JAIL}.2~`]);
  machine.write(JAIL, "and again\n");
  assertEquals(
    machine.uninstall(),
    [
      `removed ${PLACES.blocklist}`,
      `removed ${SCRIPT}`,
      `aside ${JAIL} ${JAIL}.3~`,
      `removed ${SCRIPT}~`,
    ],
  );
  assertEquals(
    ["~", ".2~", ".3~"].map((end) => machine.read(JAIL + end)),
    ["by the admin\n", "again\n", "and again\n"],
  );
  assertEquals(machine.tree().filter((path) => !path.endsWith("/")), [
    `${JAIL}.2~`,
    `${JAIL}.3~`,
    `${JAIL}~`,
  ]);
});

Deno.test("data outlive uninstall, but not --purge, and --force takes edited files along", () => {
  using machine = new Machine();
  machine.write("etc/fail2ban/jail.d/other.conf", "");
  machine.install("1");
  machine.write(PLACES.blocklist, "192.0.2.1\n");
  machine.write(`${PLACES.state}/history`, "x");
  machine.write(`${PLACES.state}/journal.1`, "x");
  machine.write(`${PLACES.state}/undo-17-blocklist`, "x");
  machine.write(`${PLACES.state}/mine`, "x");
  machine.write("etc/permaban/allowlist", "192.0.2.2\n");
  machine.write(SCRIPT, "edited\n");
  machine.uninstall({ force: true });
  const others = () => machine.tree().filter((path) => !/\/$|other/.test(path));
  assertEquals(others(), [
    "/etc/permaban/allowlist",
    `${PLACES.state}/blocklist`,
    `${PLACES.state}/history`,
    `${PLACES.state}/journal.1`,
    `${PLACES.state}/mine`,
    `${PLACES.state}/undo-17-blocklist`,
  ]);
  machine.install("1");
  assertEquals(machine.read(PLACES.blocklist), "192.0.2.1\n");
  machine.uninstall({ purge: true });
  assertEquals(others(), [`${PLACES.state}/mine`]);
  assertEquals(machine.root.has("/etc/permaban"), false);
});

Deno.test("uninstall touches nothing that install cannot have written", () => {
  using machine = new Machine();
  machine.install("1");
  const shadow = machine.write("etc/shadow", "secret\n");
  Deno.mkdirSync(machine.at("srv"));
  const own = Object.values(machine.record.files)[0] ?? [];
  machine.record = {
    ...machine.record,
    files: { "/etc/shadow": own, "/etc/permaban/../shadow": own },
    aside: { "/etc/shadow~": "" },
    folders: ["/srv"],
  };
  assertEquals(machine.uninstall({ force: true }), []);
  assertEquals([Deno.readTextFileSync(shadow), machine.root.has("/srv")], ["secret\n", true]);
});

Deno.test("the jail goes before the script that it calls", () => {
  using machine = new Machine();
  machine.install("1");
  const gone: string[] = [];
  const root = new RootFolder(machine.path);
  root.remove = (path) => void gone.push(path);
  const how = { force: false, purge: false };
  const steps = planUninstall(machine.record, root, PLACES, how);
  uninstallFiles(steps, root, PLACES, machine.record, false);
  assertEquals(gone.slice(0, 2), [JAIL, SCRIPT]);
});

Deno.test("an install that fails on the way leaves all as it was", () => {
  using machine = new Machine();
  machine.install("1");
  const before = machine.tree();
  const steps = planInstall(files("2"), machine.root, machine.record, false);
  // A folder stands where the new file is to be written first.
  Deno.mkdirSync(machine.at(`${JAIL}.new~/x`), { recursive: true });
  assertThrows(() => installFiles(steps, machine.root, PLACES, machine.record), Error);
  Deno.removeSync(machine.at(`${JAIL}.new~`), { recursive: true });
  assertEquals(machine.tree(), before);
  assertEquals([machine.read(SCRIPT), machine.read(JAIL)], ["script 1\n", "jail 1\n"]);
  assertEquals(machine.read(RECORD_PATH), printRecord(machine.record));
  using empty = new Machine();
  const first = planInstall(files("1"), empty.root, EMPTY_RECORD, false);
  empty.write(`${JAIL}.new~/x`, "");
  const around = empty.tree();
  assertThrows(() => installFiles(first, empty.root, PLACES, EMPTY_RECORD), Error);
  assertEquals(empty.tree(), around);
});

Deno.test("no symbolic link is followed, be it the file or on the way to it", () => {
  using outside = new Folder();
  using machine = new Machine();
  machine.install("1");
  Deno.removeSync(machine.at(SCRIPT));
  Deno.symlinkSync(outside.write("script", "theirs\n"), machine.at(SCRIPT));
  const plan = () => planInstall(files("2"), machine.root, machine.record, true);
  assertThrows(plan, FileError, "It is a symbolic link");
  Deno.removeSync(machine.at("etc/permaban"), { recursive: true });
  Deno.symlinkSync(outside.path, machine.at("etc/permaban"));
  assertThrows(plan, FileError, "is a symbolic link");
  assertThrows(() => machine.root.place(SCRIPT, "x", 0o644), FileError);
  assertEquals(outside.read("script"), "theirs\n");
  Deno.symlinkSync(outside.at("victim"), machine.at(`${JAIL}.new~`));
  machine.root.place(JAIL, "fresh\n", 0o644);
  assertEquals([...Deno.readDirSync(outside.path)].map(({ name }) => name), ["script"]);
});

Deno.test("parseRecord() takes whole records only", () => {
  const whole = { ...EMPTY_RECORD, places: PLACES };
  assertEquals(parseRecord(printRecord(whole)), whole);
  for (
    const text of [
      ...["", "{}", "[]", "null", "7", '{"version":2}', '{"version":1}'],
      printRecord(whole).slice(0, -3),
      printRecord(EMPTY_RECORD),
      printRecord({ ...whole, places: { ...PLACES, state: "/a/../b" } }),
      printRecord({ ...whole, folders: [7 as unknown as string] }),
      printRecord({ ...whole, files: { a: "b" as unknown as string[] } }),
    ]
  ) assertEquals(parseRecord(text), undefined, text);
});

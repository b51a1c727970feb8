import { dirname, join } from "@std/path/posix";

/** A folder of its own for a test, removed when disposed of. */
export class Folder implements Disposable {
  /** Its path, with no symbolic link in it. */
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "permaban-test-" }));

  /** The path of a file in it. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, and the folders it is in; its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.at(name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
    return path;
  }

  /** The text of a file in it. */
  read(name: string): string {
    return Deno.readTextFileSync(this.at(name));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

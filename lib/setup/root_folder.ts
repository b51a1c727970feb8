/**
 * The machine's file system, or an image of one: all that install and uninstall look at and touch.
 *
 * Through `node:fs`, since only that can set the mode of an open file and refuse to follow a symbolic
 * link. A path that leads over a symbolic link is refused: in an image it would lead out of it.
 *
 * @module
 */

import fs from "node:fs";
import { dirname, join, resolve } from "@std/path/posix";
import { FileError } from "../file/file_error.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = fs.constants;

/** A file that is larger is none of fail2ban's, systemd's or cron's. Bytes. */
const LARGEST = 1 << 20;

/** Something on the way to a file that is no folder. */
export interface Obstacle {
  /** Where it is. */
  readonly at: string;
  /** What it is, in words. */
  readonly what: string;
  /** Where it leads, if it is a symbolic link. */
  readonly target: string | undefined;
}

/** The mode and the owner of a file. */
interface Standing {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly isLink: boolean;
}

/** A folder that stands for `/`. */
export class RootFolder {
  readonly #root: string;

  /** Makes one of a folder; all paths are then below it and begin with a slash. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether this is the machine itself. */
  get isMachine(): boolean {
    return join(this.#root, "/") === "/";
  }

  /** The path of a file as the system knows it. */
  at(path: string): string {
    return join(this.#root, path);
  }

  /** Whether something stands there, a symbolic link to anywhere included. */
  has(path: string): boolean {
    return fs.lstatSync(this.at(path), { throwIfNoEntry: false }) !== undefined;
  }

  /** Whether a folder stands there. */
  hasFolder(path: string): boolean {
    return fs.lstatSync(this.at(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  /** The mode and the owner of what stands there, or `undefined` where there is nothing. */
  standing(path: string): Standing | undefined {
    const stat = fs.lstatSync(this.at(path), { throwIfNoEntry: false });
    if (!stat) return undefined;
    const { mode, uid, gid } = stat;
    return { mode: mode & 0o7777, uid, gid, isLink: stat.isSymbolicLink() };
  }

  /** What a symbolic link says, or `undefined` where there is none. */
  linkAt(path: string): string | undefined {
    return this.standing(path)?.isLink ? fs.readlinkSync(this.at(path)) : undefined;
  }

  /**
   * The first symbolic link on the way to a path, or there. Of an image it may lead out; the machine
   * itself follows its own, and there it is `undefined`.
   */
  linkOn(path: string): string | undefined {
    if (this.isMachine) return undefined;
    const above = path === "/" ? undefined : this.linkOn(dirname(path));
    return above ?? (this.linkAt(path) === undefined ? undefined : path);
  }

  /** Names in a folder, sorted; none where there is no such folder. */
  names(path: string): string[] {
    return this.hasFolder(path) ? fs.readdirSync(this.at(path)).sort() : [];
  }

  /**
   * Reads a file.
   *
   * @returns Its text, or `undefined` where there is nothing.
   * @throws {FileError} If the path leads over a symbolic link, or there is something else.
   */
  read(path: string): string | undefined {
    this.#checkWay(path);
    const stat = fs.lstatSync(this.at(path), { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (!stat.isFile()) {
      throw new FileError(this.at(path), stat.isSymbolicLink() ? LINK : "It is no regular file");
    }
    if (stat.size > LARGEST) throw new FileError(this.at(path), "It is far too large");
    const file = fs.openSync(this.at(path), O_RDONLY | O_NOFOLLOW);
    try {
      return fs.readFileSync(file, "utf8");
    } finally {
      fs.closeSync(file);
    }
  }

  /** Reads a file likewise, on the machine itself one that a link leads to as well. */
  readThrough(path: string): string | undefined {
    const link = this.isMachine ? this.linkAt(path) : undefined;
    if (link === undefined || link === "/dev/null") return this.read(path);
    return this.read(resolve(dirname(path), link));
  }

  /** The first bytes of a file, one that a link leads to included; none where there is no file. */
  beginning(path: string, length: number): string {
    if (!fs.statSync(this.at(path), { throwIfNoEntry: false })?.isFile()) return "";
    const file = fs.openSync(this.at(path), O_RDONLY);
    try {
      const bytes = new Uint8Array(length);
      return new TextDecoder().decode(bytes.subarray(0, fs.readSync(file, bytes)));
    } finally {
      fs.closeSync(file);
    }
  }

  /** Reads a file; `undefined` also where there is something else, or a link on the way. */
  readIfAble(path: string): string | undefined {
    try {
      return this.read(path);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  /**
   * Makes a folder and those above it, where they are not there.
   *
   * @param path The folder.
   * @param mode The mode of the last one, such as 0o700; those above get 0755.
   * @returns Those that were made, the outermost first.
   */
  makeFolder(path: string, mode: number): string[] {
    this.#checkWay(`${path}/x`);
    const missing: string[] = [];
    for (let at = path; !this.hasFolder(at) && at !== "/"; at = dirname(at)) missing.unshift(at);
    for (const folder of missing) {
      fs.mkdirSync(this.at(folder), { mode: 0o700 });
      fs.chmodSync(this.at(folder), folder === path ? mode : 0o755);
    }
    return missing;
  }

  /**
   * Puts a file in place, whole from the first moment on; what stood there is gone.
   *
   * @param path Where; its folder must be there.
   * @param text What is in it.
   * @param mode Its mode.
   */
  place(path: string, text: string, mode: number): void {
    this.#checkWay(path);
    const temporary = this.at(`${path}.new~`);
    fs.rmSync(temporary, { force: true });
    const file = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      try {
        fs.writeFileSync(file, text);
        fs.fchmodSync(file, mode);
        fs.fsyncSync(file);
      } finally {
        fs.closeSync(file);
      }
      fs.renameSync(temporary, this.at(path));
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** Gives a file a second name, which must be free. */
  link(path: string, other: string): void {
    this.#checkWay(path);
    fs.linkSync(this.at(path), this.at(other));
  }

  /** Renames a file, over another one if that is there. */
  rename(path: string, other: string): void {
    this.#checkWay(path);
    this.#checkWay(other);
    fs.renameSync(this.at(path), this.at(other));
  }

  /** Removes a file, if it is there. */
  remove(path: string): void {
    this.#checkWay(path);
    fs.rmSync(this.at(path), { force: true });
  }

  /** Removes a folder if nothing is in it, and nothing is mounted there; whether it is gone. */
  removeFolder(path: string): boolean {
    if (this.obstacleOn(path)) return false;
    if (!this.hasFolder(path) || this.names(path).length > 0) return !this.has(path);
    try {
      fs.rmdirSync(this.at(path));
    } catch (error) {
      if (systemCode(error) === "EBUSY") return false;
      throw error;
    }
    return true;
  }

  /** What on the way to a path is no folder: a symbolic link may lead out of an image. */
  obstacleOn(path: string): Obstacle | undefined {
    for (let at = dirname(path); at !== "/"; at = dirname(at)) {
      const stat = fs.lstatSync(this.at(at), { throwIfNoEntry: false });
      if (!stat || stat.isDirectory()) continue;
      const link = this.linkAt(at);
      return link === undefined
        ? { at, what: "It is no folder", target: undefined }
        : { at, what: LINK, target: resolve(dirname(at), link) };
    }
    return undefined;
  }

  /** Refuses a path that leads over a symbolic link, or over something that is no folder. */
  #checkWay(path: string): void {
    const obstacle = this.obstacleOn(path);
    if (obstacle) throw new FileError(this.at(obstacle.at), obstacle.what, "make it a folder");
  }
}

function systemCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

const LINK = "It is a symbolic link, which may lead anywhere";

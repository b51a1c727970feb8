/**
 * Why the system refused something, in words.
 *
 * @module
 */

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  EIO: "the disk failed",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is no folder",
  EPERM: "operation not permitted",
  EROFS: "the disk is read-only",
};

/** What the message has in it of what the system says and Deno has no class for. */
const NUMBERED = /\(os error (\d+)\)/;
/** The number of EFBIG, on Linux and on macOS. */
const TOO_LARGE = "27";

/**
 * Says why the system refused something.
 *
 * @param error What was thrown.
 * @returns A few words, or `undefined` when it was not the system that refused.
 */
export function systemReason(error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    return "files below /proc, /sys and /dev are out of its reach";
  }
  const code = codeOf(error);
  if (code !== undefined && REASONS[code]) return REASONS[code];
  const isSystem = code !== undefined ||
    Object.values(Deno.errors).some((kind) => error instanceof kind);
  return isSystem && error instanceof Error ? error.message : undefined;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && /^E[A-Z0-9]+$/.test(String(error.code))) return String(error.code);
  const [, number] = NUMBERED.exec(error.message) ?? [];
  return number === TOO_LARGE ? "EFBIG" : number;
}

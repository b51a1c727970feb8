/**
 * Reads the text of a log, plain or compressed, in chunks: told by its content, not by its name.
 *
 * What unpacks archives is loaded where there are some: a plain log need not wait for it.
 *
 * @module
 */

/** Where the bytes of a log come from; an open file is one. */
export interface LogSource {
  /** Reads into the buffer; the number of bytes, or `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Goes back to the first byte; absent where that cannot be done. */
  rewind?(): void;
}

/** A log that cannot be read to its end; what came before it stands. */
export class LogReadError extends Error {
  /** The name of the class. */
  override readonly name = "LogReadError";
  /** What to do about it, where there is something. */
  readonly hint: string | undefined;
  /** Whether it only ends too early, as an archive does that is still being made. */
  readonly isCut: boolean;

  /** Makes an error with the reason, and perhaps a way out. */
  constructor(message: string, how: { readonly hint?: string; readonly isCut?: boolean } = {}) {
    super(message);
    this.hint = how.hint;
    this.isCut = how.isCut ?? false;
  }
}

const CHUNK = 1 << 20;
/** Compressed bytes handed to a decoder at a time; deflate makes at most 1,032 times as many. */
const PIECE = 32 * 1024;

const MAGICS: readonly { kind: string; bytes: readonly number[] }[] = [
  { kind: "gzip", bytes: [0x1f, 0x8b] },
  { kind: "zstd", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: "xz", bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: "bzip2", bytes: [0x42, 0x5a, 0x68] },
  { kind: "lz4", bytes: [0x04, 0x22, 0x4d, 0x18] },
  { kind: "compress", bytes: [0x1f, 0x9d] },
];

/** The program that prints the text of a kind that is not read here. */
const PIPES: Record<string, string> = {
  xz: "xzcat",
  bzip2: "bzcat",
  lz4: "lz4cat",
  compress: "zcat",
};

/** Where text is to be put; asked again for each chunk. */
export type Room = () => Uint8Array;

/**
 * Reads a log's text.
 *
 * @param source The bytes of the log, at their beginning.
 * @param how What of permaban reads it, for a hint: `scan` unless told otherwise; and where text is
 *   best put, if that makes a difference.
 * @returns Chunks of text; each is valid until the next one is asked for.
 * @throws {LogReadError} If the log is broken, ends early or is compressed in a way not read here.
 *   All text that can be had comes first.
 */
export async function* readLog(
  source: LogSource,
  { command = "scan", room }: { readonly command?: string; readonly room?: Room } = {},
): AsyncGenerator<Uint8Array> {
  const head = new Uint8Array(PIECE);
  const length = await fill(source, head);
  const pieces = (room?: Room) => chunksAfter(head.subarray(0, length), source, room);
  const kind = kindOf(head.subarray(0, length));
  if (kind === "plain") yield* pieces(room);
  else if (kind === "gzip") yield* (await import("./gunzip.ts")).gunzip(source, pieces, room);
  else if (kind === "zstd") yield* (await import("./unzstd.ts")).unzstd(pieces());
  else {
    const hint = `unpack it, or pipe it: ${PIPES[kind]} FILE | permaban ${command} -`;
    throw new LogReadError(`Cannot read ${kind} data`, { hint });
  }
}

/**
 * Reads a log's text where it is known to be plain.
 *
 * @param source The bytes of the log, at their beginning.
 * @param room Where text is best put.
 * @returns Chunks of text; each is valid until the next one is asked for.
 */
export function readPlainLog(source: LogSource, room?: Room): AsyncGenerator<Uint8Array> {
  return chunksAfter(new Uint8Array(0), source, room);
}

/** How the first bytes of a log say that it is compressed: `gzip`, `zstd` …, or `plain`. */
export function kindOf(head: Uint8Array): string {
  // A zstd archive may begin with a frame to be skipped (RFC 8878, 3.1.2), as pzstd writes it.
  const isSkippable = (head[0] ?? 0) >> 4 === 5 && head[1] === 0x2a && head[2] === 0x4d &&
    head[3] === 0x18;
  if (isSkippable) return "zstd";
  const magic = MAGICS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  // "BZh" could begin a text; a digit and the mark of the first block follow in an archive.
  if (magic?.kind === "bzip2" && head[4] !== 0x31 && head[4] !== 0x17) return "plain";
  return magic?.kind ?? "plain";
}

async function fill(source: LogSource, buffer: Uint8Array): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const count = await source.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return length;
}

/** Gives the bytes read already, then the rest of the source, each chunk put where there is room. */
export async function* chunksAfter(
  head: Uint8Array,
  source: LogSource,
  room: Room = always(new Uint8Array(CHUNK)),
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const buffer = room();
    const count = await source.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}

/** The same place for each chunk. */
export function always(buffer: Uint8Array): Room {
  return () => buffer;
}

/** Cuts chunks into pieces of a size, in bytes. */
export async function* inPieces(
  chunks: AsyncIterable<Uint8Array>,
  size = PIECE,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
}

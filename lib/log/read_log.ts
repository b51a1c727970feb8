/**
 * Reads the text of a log, plain or compressed, in chunks: told by its content, not by its name.
 *
 * gzip goes through `node:zlib`, the only reader here that knows archives of several members;
 * zstd goes through fzstd, since Deno's own stops after the first frame and takes a truncated one
 * for a whole.
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

/**
 * Bytes handed to fzstd at a time. It goes one call deeper for each frame that ends in them, and
 * sets aside a window for each, so a large piece of very small frames would take gigabytes.
 */
const FRAMES = 1024;

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
  else if (kind === "gzip") yield* gunzip(source, pieces, room);
  else if (kind === "zstd") yield* unzstd(pieces());
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

/** The bytes read already, then the rest of the source. */
async function* chunksAfter(
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

function always(buffer: Uint8Array): Room {
  return () => buffer;
}

async function* inPieces(
  chunks: AsyncIterable<Uint8Array>,
  size = PIECE,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
}

/**
 * Inflates gzip data.
 *
 * On broken data zlib throws away what the failing piece gave before the fault. Where the source
 * can be read again, it is, and the failing piece is handed over byte by byte: so all text up to
 * the fault comes out, as from `gzip -dc`.
 */
async function* gunzip(
  source: LogSource,
  first: () => AsyncIterable<Uint8Array>,
  room: Room = always(new Uint8Array(TEXT)),
): AsyncGenerator<Uint8Array> {
  const progress = { handed: 0, text: 0 };
  try {
    yield* inflate(inPieces(first()), progress, room);
  } catch (error) {
    if (source.rewind) yield* salvage(source, progress);
    const reason = error instanceof Error ? error.message : String(error);
    const isCut = /unexpected end of file/.test(reason);
    throw new LogReadError(`Cannot read all of the gzip data: ${reason}`, { isCut });
  }
}

async function* salvage(
  source: LogSource,
  reached: { readonly handed: number; readonly text: number },
): AsyncGenerator<Uint8Array> {
  source.rewind?.();
  let skip = reached.text;
  try {
    const pieces = splitFrom(reached.handed, inPieces(chunksAfter(new Uint8Array(0), source)));
    for await (
      const text of inflate(pieces, { handed: 0, text: 0 }, always(new Uint8Array(TEXT)))
    ) {
      const fresh = text.subarray(Math.min(skip, text.length));
      skip -= text.length - fresh.length;
      if (fresh.length > 0) yield fresh;
    }
  } catch {
    // The fault is known and said by the caller.
  }
}

/** Passes pieces on whole up to an offset and byte by byte behind it. */
async function* splitFrom(
  offset: number,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    at += piece.length;
    if (at <= offset) yield piece;
    else for (let i = 0; i < piece.length; i++) yield piece.subarray(i, i + 1);
  }
}

/**
 * What the streams of `node:zlib` are made of, the same in Node and in every Deno so far. Through the
 * streams themselves each piece goes round the event loop and comes back in fresh memory: that takes
 * half as long again as the inflating, and three times the memory.
 */
interface GunzipCore {
  readonly _handle: {
    onerror: (message: string) => void;
    reset(): void;
    writeSync(
      flush: number,
      from: Uint8Array,
      fromAt: number,
      fromLength: number,
      to: Uint8Array,
      toAt: number,
      toLength: number,
    ): void;
  };
  /** After a write: the room left, the bytes not used. */
  readonly _writeState: Uint32Array;
}

/** As much text is inflated at a time; it should stay in the processor's cache. */
const TEXT = 256 * 1024;

async function* inflate(
  pieces: AsyncIterable<Uint8Array>,
  /** Counts the bytes that went through whole and the text that came of them. */
  progress: { handed: number; text: number },
  room: Room,
): AsyncGenerator<Uint8Array> {
  // Loading zlib takes longer than reading a small log, so only archives wait for it.
  const { constants, createGunzip } = await import("node:zlib");
  const decoder = createGunzip({ chunkSize: 64 });
  const { _handle: handle, _writeState: state } = decoder as unknown as GunzipCore;
  let failure: Error | undefined;
  handle.onerror = (message) => {
    failure = new Error(message);
  };
  /** Inflates a piece; in the end says how many of its bytes stand behind the end of the archive. */
  function* feed(piece: Uint8Array, flush: number): Generator<Uint8Array, number> {
    for (let from = 0;;) {
      const text = room();
      handle.writeSync(flush, piece, from, piece.length - from, text, 0, text.length);
      if (failure) throw failure;
      const [free = 0, left = 0] = state;
      const length = text.length - free;
      progress.text += length;
      if (length > 0) yield text.subarray(0, length);
      from = piece.length - left;
      if (free > 0) return left;
    }
  }
  let hasEnded = false;
  try {
    for await (const piece of pieces) {
      for (let from = 0; from < piece.length;) {
        if (hasEnded) {
          // Zeros are padding (a tape's, or a file system's after a crash); what follows them is read.
          from = skipZeros(piece, from);
          if (from === piece.length) break;
          handle.reset();
          hasEnded = false;
        }
        const left = yield* feed(piece.subarray(from), constants.Z_NO_FLUSH);
        hasEnded = left > 0;
        from = piece.length - left;
      }
      progress.handed += piece.length;
    }
    // Ending apart from the last piece keeps what that piece gave when the data turns out short.
    if (!hasEnded) yield* feed(new Uint8Array(0), constants.Z_FINISH);
  } finally {
    decoder.destroy();
  }
}

function skipZeros(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0) at++;
  return at;
}

async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import("fzstd");
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((text) => ready.push(text));
  let failure: unknown;
  const push = (piece: Uint8Array, final: boolean) => {
    try {
      decoder.push(piece, final);
    } catch (error) {
      failure = error;
    }
  };
  for await (const piece of inPieces(chunks, FRAMES)) {
    // fzstd keeps a view of what it has not used up yet.
    push(piece.slice(), false);
    yield* ready.splice(0);
    if (failure) break;
  }
  if (!failure) push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (!failure) return;
  const reason = failure instanceof Error ? failure.message : String(failure);
  const isCut = /unexpected EOF/.test(reason);
  throw new LogReadError(`Cannot read all of the zstd data: ${reason}`, { isCut });
}

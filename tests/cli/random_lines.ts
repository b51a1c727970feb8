/** Where the clock of the lines starts. */
const START = Date.UTC(2026, 10, 20, 10);
const HOUR = 3_600_000;
/** Mostly one that counts; bans of the last one echo those of others. */
const JAILS = ["sshd", "sshd", "postfix", "nginx-http-auth", "recidive"];
/** Few enough for each to be banned often; several are alike up to their last character. */
const IDS = [
  "192.0.2.1",
  "192.0.2.12",
  "192.0.2.123",
  "198.51.100.7",
  "198.51.100.70",
  "203.0.113.0/24",
  "2001:db8::",
  "2001:db8::1",
  "2001:db8:0:1::1f",
  "2001:db8:0:1::1",
  "::ffff:192.0.2.1",
  "somebody",
];

/** Makes lines of fail2ban's log, no two of which are of the same second. */
export class RandomLines {
  readonly #next: () => number;
  readonly #used = new Set<number>();
  #clock = START;

  /** Starts a log; the source of numbers says what will be in it. */
  constructor(next: () => number) {
    this.#next = next;
  }

  /**
   * A moment (milliseconds since 1970) in a second in which there was none before, mostly after all
   * others.
   */
  tick(): number {
    this.#clock += 1000 + (this.#next() < 0.5 ? 0 : Math.floor(this.#next() * 5000));
    const second = () => Math.floor(this.#clock / 1000);
    while (this.#used.has(second())) this.#clock += 1000;
    this.#used.add(second());
    return this.#clock;
  }

  /** Sets the clock back; by how many hours. */
  setBack(): number {
    const hours = 1 + Math.floor(this.#next() * 30);
    this.#clock -= hours * HOUR;
    return hours;
  }

  /** Some lines, ends of lines included. */
  lines(count: number): string {
    return Array.from({ length: count }, () => this.#line()).join("");
  }

  #line(): string {
    const [date, rest] = new Date(this.tick()).toISOString().slice(0, -1).split("T");
    return `${date} ${rest?.replace(".", ",")} ${this.#event()}\n`;
  }

  #event(): string {
    const of = `[${this.#pick(JAILS)}]`;
    const id = this.#pick(IDS);
    const kind = this.#next();
    if (kind < 0.6) return `fail2ban.actions        [7]: NOTICE  ${of} Ban ${id}`;
    if (kind < 0.7) return `fail2ban.actions        [7]: NOTICE  ${of} Unban ${id}`;
    if (kind < 0.8) return `fail2ban.actions        [7]: NOTICE  ${of} Restore Ban ${id}`;
    if (kind < 0.95) return `fail2ban.filter         [7]: INFO    ${of} Found ${id}`;
    return `fail2ban.utils          [7]: ERROR   'NOTICE  ${of} Ban ${id}' -- failed`;
  }

  #pick(from: readonly string[]): string {
    return from[Math.floor(this.#next() * from.length)] ?? "";
  }
}

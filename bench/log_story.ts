import { type Attacker, type AttackerPicker, JAILS, NAME_JAIL, RECIDIVE_JAIL } from "./attacker.ts";
import type { Era, Message } from "./line_style.ts";
import { logTime } from "./log_time.ts";
import type { Random } from "./random.ts";

/** What a message means to somebody who counts bans. */
export interface StoryMessage extends Message {
  /** The ban, if it is one. */
  readonly ban?: Ban;
  /** Whether it only looks like a ban to a search for `] Ban `. */
  readonly decoy?: boolean;
}

/** One ban. */
export interface Ban {
  /** Whom it hits. */
  readonly attacker: Attacker;
  /** The ID as printed. */
  readonly id: string;
  /** The jail as printed. */
  readonly jail: string;
}

/** How a story goes. */
export interface StoryOptions {
  /** Which part of all lines are bans. */
  readonly banShare: number;
  /** How many bans are in force at a time. */
  readonly liveBans: number;
}

/** Bans before the time becomes endless. */
const ENDLESS = 20;
/** Every so many bans of one attacker the recidive jail steps in. */
const RECIDIVE_EVERY = 8;

/** How the messages that are neither bans nor their ends are shared out; the rest is `Found`. */
const SHARES = { ignore: 0.05, error: 0.03, house: 0.03, known: 0.04 } as const;

/** The life of one fail2ban, as a sequence of messages that never ends. */
export class LogStory {
  readonly #random: Random;
  readonly #picker: AttackerPicker;
  readonly #options: StoryOptions;
  readonly #live: Ban[] = [];
  readonly #pending: StoryMessage[] = [];
  #pid = 1000;
  #lines = 0;
  #bans = 0;

  /**
   * Begins a story.
   *
   * @param random The numbers to draw from.
   * @param picker Chooses who attacks next.
   * @param options How the story goes.
   */
  constructor(random: Random, picker: AttackerPicker, options: StoryOptions) {
    this.#random = random;
    this.#picker = picker;
    this.#options = options;
  }

  /**
   * Returns the next message.
   *
   * @param era Which messages there are at all.
   * @param instant The time of the line, which some messages repeat.
   * @returns The message.
   */
  next(era: Era, instant: number): StoryMessage {
    if (this.#pending.length === 0) this.#happen(era, instant);
    const message = this.#pending.shift();
    if (message === undefined) throw new Error("The story has come to an end");
    this.#lines++;
    if (message.ban !== undefined) this.#bans++;
    return message;
  }

  /** Whether the next message belongs to what the last one was about. */
  get isMidEvent(): boolean {
    return this.#pending.length > 0;
  }

  /** Stops and starts the server; what was banned is banned again, or restored, as the era has it. */
  restart(era: Era, instant: number): void {
    const repeal = era === "1.x" && this.#random.chance(0.5);
    this.#say("server", "INFO", era === "0.8" ? "Stopping all jails" : "Shutdown in progress...");
    if (era === "1.x") {
      this.#say("observer", "INFO", "Observer stop ... try to end queue 5 seconds");
      this.#say("actions", "NOTICE", "[sshd] Flush ticket(s) with nftables-multiport");
    }
    const level = banLevel(era);
    for (const { jail, id } of this.#live) {
      this.#say("actions", level, `[${jail}] ${repeal ? "Repeal Ban" : "Unban"} ${id}`);
    }
    this.#say("jail", "INFO", "Jail 'sshd' stopped");
    this.#say("server", "INFO", "Exiting Fail2ban");
    this.#pid = 1000 + this.#random.below(30_000);
    this.#startUp(era, repeal ? "v1.1.1" : STARTED[era], instant);
  }

  #startUp(era: Era, version: string, instant: number): void {
    if (era !== "0.8") this.#say("server", "INFO", "-".repeat(50));
    this.#say("server", "INFO", `Starting Fail2ban ${version}`);
    for (const jail of new Set(JAILS)) this.#say("jail", "INFO", `Jail '${jail}' started`);
    const before = this.#live.splice(0);
    // 0.8 forgets its bans.
    if (era === "0.8") { for (const { attacker } of before) attacker.banned = false; }
    else for (const ban of before) this.#reinstate(era, ban, instant);
  }

  #reinstate(era: Era, ban: Ban, instant: number): void {
    if (era === "0.9") return this.#ban(era, ban, instant);
    this.#live.push(ban);
    this.#say("actions", "NOTICE", `[${ban.jail}] Restore Ban ${ban.id}`);
  }

  #happen(era: Era, instant: number): void {
    const { banShare, liveBans } = this.#options;
    // One event can be several lines, so the share is steered, not drawn.
    const behind = banShare * this.#lines - this.#bans;
    if (this.#random.chance(banShare + behind / 32)) return this.#attack(era, instant);
    if (this.#live.length > liveBans) return this.#unban(era);
    this.#chatter(era, instant);
  }

  #attack(era: Era, instant: number): void {
    const attacker = this.#picker.next();
    const id = this.#random.pick(attacker.ids);
    const jail = this.#jailFor(attacker);
    if (attacker.banned) return this.#alreadyBanned(era, id, jail);
    this.#ban(era, { attacker, id, jail }, instant);
    if (attacker.bans % RECIDIVE_EVERY !== 0) return;
    this.#ban(era, { attacker, id, jail: RECIDIVE_JAIL }, instant);
  }

  #jailFor(attacker: Attacker): string {
    if (attacker.jail === NAME_JAIL) return NAME_JAIL;
    return this.#random.chance(0.15) ? this.#random.pick(JAILS) : attacker.jail;
  }

  #ban(era: Era, ban: Ban, instant: number): void {
    const { attacker, id, jail } = ban;
    attacker.bans++;
    attacker.banned = true;
    this.#live.push(ban);
    const text = `[${jail}] Ban ${id}`;
    this.#pending.push({ logger: "actions", level: banLevel(era), pid: this.#pid, text, ban });
    if (era === "1.x" && attacker.bans > 1) this.#increase(ban, instant);
  }

  #increase({ attacker, id, jail }: Ban, instant: number): void {
    const hours = 2 * attacker.bans;
    const last = clockText(instant - hours * 3_600_000);
    const count = attacker.bans;
    const until = count > ENDLESS
      ? "permanent -> infinite"
      : `${hours}h -> ${clockText(instant + hours * 3_600_000)}`;
    if (count <= ENDLESS) {
      const text = `[${jail}] IP ${id} is bad: ${count - 1} # last ${last} - incr 1h to ${hours}h`;
      this.#say("observer", "INFO", text);
    }
    this.#say("observer", "NOTICE", `[${jail}] Increase Ban ${id} (${count} # ${until})`);
  }

  #alreadyBanned(era: Era, id: string, jail: string): void {
    this.#say("actions", era === "0.8" ? "INFO" : "NOTICE", `[${jail}] ${id} already banned`);
  }

  #unban(era: Era): void {
    const ban = this.#live.shift();
    if (ban === undefined) return;
    ban.attacker.banned = this.#live.some(({ attacker }) => attacker === ban.attacker);
    this.#say("actions", banLevel(era), `[${ban.jail}] Unban ${ban.id}`);
  }

  #chatter(era: Era, instant: number): void {
    const attacker = this.#picker.next();
    const id = this.#random.pick(attacker.ids);
    const { ignore, error, house, known } = SHARES;
    let dice = this.#random.fraction();
    if ((dice -= ignore) < 0) return this.#ignore(era, attacker, id);
    if ((dice -= error) < 0) return this.#error(era, attacker, id, instant);
    if ((dice -= house) < 0) return this.#say("filter", "INFO", this.#random.pick(HOUSEKEEPING));
    const live = this.#live[this.#random.below(4)];
    if ((dice -= known) < 0 && live) return this.#alreadyBanned(era, live.id, live.jail);
    this.#found(era, attacker, id, instant);
  }

  /** Who tries once mostly tries again at once. */
  #found(era: Era, attacker: Attacker, id: string, instant: number): void {
    const when = clockText(instant);
    const text = `[${attacker.jail}] Found ${id}`;
    for (let tries = 1 + this.#random.below(4); tries > 0; tries--) {
      if (era === "0.8") this.#say("filter", "DEBUG", `Found ${id}`);
      else this.#say("filter", "INFO", era === "0.9" ? text : `${text} - ${when}`);
    }
    if (era !== "1.x" || attacker.bans === 0 || this.#random.chance(0.8)) return;
    this.#say("observer", "INFO", `${text}, bad - ${when}, ${attacker.bans} # -> 2.0, Ban`);
  }

  #ignore(era: Era, attacker: Attacker, id: string): void {
    if (era === "0.8") return this.#say("filter", "DEBUG", `Ignore ${id}`);
    const why = this.#random.pick([" by ip", " by command", ", expired bantime"]);
    this.#say("filter", "INFO", `[${attacker.jail}] Ignore ${id}${why}`);
  }

  /** Lines that carry text an attacker chose, half of them made to look like a ban. */
  #error(era: Era, attacker: Attacker, id: string, instant: number): void {
    const fake = this.#random.pick(FAKES);
    const host = this.#random.below(100_000);
    const matches = `${
      clockText(instant)
    } sshd[${host}]: Invalid user ${fake} from ${id} port ${host}`;
    const decoy = fake.includes("] Ban ");
    const text = this.#random.pick([
      `Failed to execute ban jail '${attacker.jail}' action 'iptables-multiport' info ` +
      `'ActionInfo({'ip': '${id}', 'failures': 5, 'matches': '${matches}'})': Error starting action`,
      `7f3a1c5e -- exec: printf %s '${matches}' | mail -s 'banned ${id}' root; # ${fake}`,
      `Unable to find a corresponding IP address for ${fake}`,
    ]);
    const logger = era === "0.8" ? "actions.action" : this.#random.pick(["actions", "utils"]);
    this.#pending.push({ logger, level: "ERROR", pid: this.#pid, text, decoy });
  }

  #say(logger: string, level: Message["level"], text: string): void {
    this.#pending.push({ logger, level, pid: this.#pid, text });
  }
}

const STARTED: Record<Era, string> = { "0.8": "v0.8.14", "0.9": "v0.9.7", "1.x": "v1.0.2" };

const HOUSEKEEPING = [
  "Log rotation detected for /var/log/auth.log",
  "rollover performed on /var/log/fail2ban.log",
  "Jail is not a JournalFilter instance",
] as const;

/** What attackers might call themselves. No line may end up counted for 8.8.8.8. */
const FAKES = [
  "[sshd] Ban 8.8.8.8",
  "fail2ban.actions[1]: NOTICE [sshd] Ban 8.8.8.8",
  "2026-02-03 04:05:06,789 fail2ban.actions        [4711]: NOTICE  [sshd] Ban 8.8.8.8",
  "müller",
  "admin",
  "Ban 8.8.8.8",
] as const;

function banLevel(era: Era): Message["level"] {
  return era === "0.8" ? "WARNING" : "NOTICE";
}

function clockText(instant: number): string {
  const { date, time } = logTime(instant);
  return `${date} ${time}`;
}

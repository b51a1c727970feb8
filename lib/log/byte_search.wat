;; Searches text sixteen bytes at a time, which JavaScript cannot.
;;
;; byte_search.ts says what the functions mean and does the same in TypeScript where a processor
;; lacks the instructions. `make wasm` turns this file into byte_search_wasm.ts.
(module
  ;; A window of 384 KiB, and behind it what was learned of the log.
  ;;
  ;; The first words of the window are what `candidate` has found:
  ;;    0  where the line begins       16  the number of the jail, or -1
  ;;    4  where it ends               20  whether the ban was restored
  ;;    8  lines that only mention     24  4 or 6 if the ID is an address, or 0
  ;;   12  the number of the layout    28  that address, if it is of IPv4
  ;;       plus one, or 0: not read    32  the date, as in 20261122, or -1
  ;;                                   36  the second of the day
  ;;   40  the number of bans that were read whole since it was set to 0
  ;;   52  and how many of them were restored
  ;; and behind them stands the stretch of time of which the instants are known:
  ;;   44  its date, or no date        56  the instant (a double) of the beginning of that day,
  ;;   48  the second that it begins       as the clock of that stretch has it
  (memory (export "memory") 8 8)
  ;; Four layouts of 1,056 bytes: the length of the text before the jail, where in it a time without
  ;; a zone is, or -1; from 16 on, for each place the least byte that may stand there, and from 528 on
  ;; how many more may. A length of 0 means none.
  (global $layouts i32 (i32.const 0x60000))
  ;; The names of jails, 64 bytes each, the length first. A length of 0 means that no more follow.
  (global $jails i32 (i32.const 0x62000))
  ;; The bans that were read whole, in rows of 32 bytes as flat_bans.ts has them.
  (global $bans i32 (i32.const 0x66000))
  (global $mostBans i32 (i32.const 3328))
  ;; Eight groups of an IPv6 address, a word each.
  (global $groups i32 (i32.const 0x61800))
  ;; So many seconds long is the stretch of time.
  (global $stretch i32 (i32.const 900))
  (global $address (mut i32) (i32.const 0))

  ;; Counts the line ends from `at` to `end`.
  (func (export "lines") (param $at i32) (param $end i32) (result i32)
    (local $count i32)
    (local $sums v128)
    (local $stop i32)
    ;; Sixteen counters of a byte each hold 255 rounds; then they are added up.
    (loop $stretches
      (local.set $stop (i32.add (local.get $at) (i32.const 4080)))
      (if (i32.gt_u (local.get $stop) (local.get $end))
        (then (local.set $stop (local.get $end))))
      (local.set $sums (v128.const i64x2 0 0))
      (block $counted
        (loop $rounds
          (br_if $counted
            (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $stop)))
          ;; Equal bytes are -1.
          (local.set $sums
            (i8x16.sub
              (local.get $sums)
              (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x0a)))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $rounds)))
      (local.set $sums
        (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $sums))))
      (local.set $count
        (i32.add
          (local.get $count)
          (i32.add
            (i32.add
              (i32x4.extract_lane 0 (local.get $sums))
              (i32x4.extract_lane 1 (local.get $sums)))
            (i32.add
              (i32x4.extract_lane 2 (local.get $sums))
              (i32x4.extract_lane 3 (local.get $sums))))))
      (br_if $stretches
        (i32.le_u (i32.add (local.get $at) (i32.const 16)) (local.get $end))))
    (block $done
      (loop $rest
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $count
          (i32.add
            (local.get $count)
            (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x0a))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $rest)))
    (local.get $count))

  ;; Finds the first `B` of ` Ban ` from `at` to `end`, or -1.
  (func $ban (param $at i32) (param $end i32) (result i32)
    (local $found i32)
    (local $place i32)
    (local $b v128)
    (local.set $b (i8x16.splat (i32.const 0x42)))
    (block $none
      (loop $rounds
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
        ;; There are few of them: past four vectors without a `B` in one step.
        (if
          (i32.eqz
            (v128.any_true
              (v128.or
                (v128.or
                  (i8x16.eq (v128.load (local.get $at)) (local.get $b))
                  (i8x16.eq (v128.load offset=16 (local.get $at)) (local.get $b)))
                (v128.or
                  (i8x16.eq (v128.load offset=32 (local.get $at)) (local.get $b))
                  (i8x16.eq (v128.load offset=48 (local.get $at)) (local.get $b))))))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 64)))
            (br $rounds)))
        ;; A bit for each byte that is a `B` with an `a` behind it.
        (local.set $found
          (i8x16.bitmask
            (v128.and
              (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x42)))
              (i8x16.eq (v128.load offset=1 (local.get $at)) (i8x16.splat (i32.const 0x61))))))
        (block $looked
          (loop $bits
            (br_if $looked (i32.eqz (local.get $found)))
            (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $found))))
            (br_if $none (i32.ge_u (local.get $place) (local.get $end)))
            (if
              (i32.and
                (i32.eq (i32.load (local.get $place)) (i32.const 0x206e6142)) ;; "Ban "
                (i32.eq
                  (i32.load8_u (i32.sub (local.get $place) (i32.const 1)))
                  (i32.const 0x20)))
              (then (return (local.get $place))))
            ;; Clears the lowest bit.
            (local.set $found
              (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
            (br $bits)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $rounds)))
    (i32.const -1))

  ;; Finds where the line around `place` begins, not before `from`.
  (func $lineStart (param $place i32) (param $from i32) (result i32)
    (local $found i32)
    (block $none
      (loop $rounds
        (br_if $none (i32.le_u (local.get $place) (local.get $from)))
        (local.set $found
          (i8x16.bitmask
            (i8x16.eq
              (v128.load (i32.sub (local.get $place) (i32.const 16)))
              (i8x16.splat (i32.const 0x0a)))))
        ;; The last line end is the highest bit.
        (if (local.get $found)
          (then
            (local.set $place
              (i32.add
                (local.get $place)
                (i32.sub (i32.const 16) (i32.clz (local.get $found)))))
            (br_if $none (i32.le_u (local.get $place) (local.get $from)))
            (return (local.get $place))))
        (local.set $place (i32.sub (local.get $place) (i32.const 16)))
        (br $rounds)))
    (local.get $from))

  ;; Finds the first line end from `at` on; there must be one.
  (func $lineEnd (param $at i32) (result i32)
    (local $found i32)
    (loop $rounds
      (local.set $found
        (i8x16.bitmask
          (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x0a)))))
      (if (local.get $found)
        (then (return (i32.add (local.get $at) (i32.ctz (local.get $found))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $rounds))
    (unreachable))

  ;; Whether `mark`, in a line that begins at `start`, stands behind `] ` or `] Restore `.
  (func $followsJail (param $mark i32) (param $start i32) (result i32)
    (local $from i32)
    (if
      (i32.eq (i32.load16_u (i32.sub (local.get $mark) (i32.const 2))) (i32.const 0x205d)) ;; "] "
      (then (return (i32.le_u (local.get $start) (i32.sub (local.get $mark) (i32.const 2))))))
    (local.set $from (i32.sub (local.get $mark) (i32.const 10)))
    (if (i32.lt_u (local.get $from) (local.get $start)) (then (return (i32.const 0))))
    (i32.and
      (i64.eq (i64.load (local.get $from)) (i64.const 0x726f74736552205d)) ;; "] Restor"
      (i32.eq (i32.load16_u offset=8 (local.get $from)) (i32.const 0x2065)))) ;; "e "

  ;; Whether the bytes at `at` are such as the layout at `layout` wants, as many as it has.
  (func $fits (param $at i32) (param $layout i32) (result i32)
    (local $left i32)
    (local $within v128)
    (local.set $left (i32.load (local.get $layout)))
    (loop $rounds
      ;; Counted from the least byte there may be, each must not be above those that may be more.
      (local.set $within
        (i8x16.le_u
          (i8x16.sub (v128.load (local.get $at)) (v128.load offset=16 (local.get $layout)))
          (v128.load offset=528 (local.get $layout))))
      (if (i32.le_u (local.get $left) (i32.const 16))
        (then
          ;; Bits above the last byte make no difference.
          (return
            (i32.eqz
              (i32.shl
                (i32.xor (i8x16.bitmask (local.get $within)) (i32.const 0xffff))
                (i32.sub (i32.const 32) (local.get $left)))))))
      (if (i32.eqz (i8x16.all_true (local.get $within))) (then (return (i32.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $layout (i32.add (local.get $layout) (i32.const 16)))
      (local.set $left (i32.sub (local.get $left) (i32.const 16)))
      (br $rounds))
    (unreachable))

  ;; The number of the jail whose name goes from `from` to `to`, or -1.
  (func $jail (param $from i32) (param $to i32) (result i32)
    (local $entry i32)
    (local $length i32)
    (local $at i32)
    (local.set $entry (global.get $jails))
    (local.set $length (i32.sub (local.get $to) (local.get $from)))
    (block $unknown
      (loop $entries
        (br_if $unknown (i32.eqz (i32.load8_u (local.get $entry))))
        (block $other
          (br_if $other (i32.ne (i32.load8_u (local.get $entry)) (local.get $length)))
          (local.set $at (i32.const 0))
          (loop $bytes
            (br_if $other
              (i32.ne
                (i32.load8_u offset=1 (i32.add (local.get $entry) (local.get $at)))
                (i32.load8_u (i32.add (local.get $from) (local.get $at)))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $bytes (i32.lt_u (local.get $at) (local.get $length))))
          (return
            (i32.shr_u (i32.sub (local.get $entry) (global.get $jails)) (i32.const 6))))
        (local.set $entry (i32.add (local.get $entry) (i32.const 64)))
        (br $entries)))
    (i32.const -1))

  ;; Whether a dotted quad goes from `at` to `end`; it is then in $address. As readIpv4() has it.
  (func $ipv4 (param $at i32) (param $end i32) (result i32)
    (local $address i32)
    (local $octet i32)
    (local $octets i32)
    (local $byte i32)
    (local.set $octet (i32.const -1))
    (block $none
      (block $ended
        (loop $bytes
          (br_if $ended (i32.ge_u (local.get $at) (local.get $end)))
          (local.set $byte (i32.load8_u (local.get $at)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (if (i32.eq (local.get $byte) (i32.const 0x2e))
            (then
              (br_if $none (i32.lt_s (local.get $octet) (i32.const 0)))
              (br_if $none (i32.eq (local.get $octets) (i32.const 3)))
              (local.set $address
                (i32.or (i32.shl (local.get $address) (i32.const 8)) (local.get $octet)))
              (local.set $octets (i32.add (local.get $octets) (i32.const 1)))
              (local.set $octet (i32.const -1))
              (br $bytes)))
          (local.set $byte (i32.sub (local.get $byte) (i32.const 0x30)))
          (br_if $none (i32.gt_u (local.get $byte) (i32.const 9)))
          ;; No number begins with 0 and goes on.
          (br_if $none (i32.eqz (local.get $octet)))
          (local.set $octet
            (if (result i32) (i32.lt_s (local.get $octet) (i32.const 0))
              (then (local.get $byte))
              (else
                (i32.add (i32.mul (local.get $octet) (i32.const 10)) (local.get $byte)))))
          (br_if $none (i32.gt_s (local.get $octet) (i32.const 255)))
          (br $bytes)))
      (br_if $none (i32.ne (local.get $octets) (i32.const 3)))
      (br_if $none (i32.lt_s (local.get $octet) (i32.const 0)))
      (global.set $address
        (i32.or (i32.shl (local.get $address) (i32.const 8)) (local.get $octet)))
      (return (i32.const 1)))
    (i32.const 0))

  ;; Whether an IPv6 address goes from `at` to `end`, in groups of digits alone; they are then in
  ;; $groups. What ends as a dotted quad, or may be a mapped IPv4 address, is left to readIpv6().
  (func $ipv6 (param $at i32) (param $end i32) (result i32)
    (local $count i32)
    (local $head i32)
    (local $group i32)
    (local $begin i32)
    (local $digit i32)
    ;; How many groups stand before "::", or -1 where there is none.
    (local.set $head (i32.const -1))
    (if (i32.lt_u (i32.add (local.get $at) (i32.const 1)) (local.get $end))
      (then
        (if (i32.eq (i32.load16_u (local.get $at)) (i32.const 0x3a3a)) ;; "::"
          (then
            (local.set $head (i32.const 0))
            (local.set $at (i32.add (local.get $at) (i32.const 2)))))))
    (block $none
      (block $ended
        (loop $next
          (br_if $ended (i32.ge_u (local.get $at) (local.get $end)))
          (br_if $none (i32.eq (local.get $count) (i32.const 8)))
          (local.set $begin (local.get $at))
          (local.set $group (i32.const 0))
          (block $other
            (loop $digits
              (br_if $other (i32.ge_u (local.get $at) (local.get $end)))
              (local.set $digit
                (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)))
              (if (i32.gt_u (local.get $digit) (i32.const 9))
                (then
                  ;; A letter, made small.
                  (local.set $digit
                    (i32.sub
                      (i32.or (i32.load8_u (local.get $at)) (i32.const 0x20))
                      (i32.const 0x61)))
                  (br_if $other (i32.gt_u (local.get $digit) (i32.const 5)))
                  (local.set $digit (i32.add (local.get $digit) (i32.const 10)))))
              (local.set $group
                (i32.or (i32.shl (local.get $group) (i32.const 4)) (local.get $digit)))
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br $digits)))
          (br_if $none
            (i32.gt_u
              (i32.sub (i32.sub (local.get $at) (local.get $begin)) (i32.const 1))
              (i32.const 3)))
          (i32.store
            (i32.add (global.get $groups) (i32.shl (local.get $count) (i32.const 2)))
            (local.get $group))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (br_if $ended (i32.eq (local.get $at) (local.get $end)))
          (br_if $none (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if $none (i32.eq (local.get $at) (local.get $end)))
          (br_if $next (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)))
          (br_if $none (i32.ge_s (local.get $head) (i32.const 0)))
          (local.set $head (local.get $count))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
      (if (i32.lt_s (local.get $head) (i32.const 0))
        (then (br_if $none (i32.ne (local.get $count) (i32.const 8))))
        (else
          (br_if $none (i32.eq (local.get $count) (i32.const 8)))
          (call $spread (local.get $head) (local.get $count))))
      (return (i32.ne (call $wordOf (i32.const 2)) (i32.const 0xffff))))
    (i32.const 0))

  ;; Moves the groups behind "::" to the end and puts zeros between.
  (func $spread (param $head i32) (param $count i32)
    (local $to i32)
    (local $zeros i32)
    (local.set $zeros (i32.sub (i32.const 8) (local.get $count)))
    (local.set $to (i32.const 7))
    (loop $groups
      (i32.store
        (i32.add (global.get $groups) (i32.shl (local.get $to) (i32.const 2)))
        (if (result i32)
          (i32.ge_u (local.get $to) (i32.add (local.get $head) (local.get $zeros)))
          (then
            (i32.load
              (i32.add
                (global.get $groups)
                (i32.shl (i32.sub (local.get $to) (local.get $zeros)) (i32.const 2)))))
          (else (i32.const 0))))
      (local.set $to (i32.sub (local.get $to) (i32.const 1)))
      (br_if $groups (i32.ge_s (local.get $to) (local.get $head)))))

  ;; One of four words that the groups make.
  (func $wordOf (param $word i32) (result i32)
    (local $at i32)
    (local.set $at
      (i32.add (global.get $groups) (i32.shl (local.get $word) (i32.const 3))))
    (i32.or
      (i32.shl (i32.load (local.get $at)) (i32.const 16))
      (i32.load offset=4 (local.get $at))))

  ;; The number that two digits at `at` are.
  (func $two (param $at i32) (result i32)
    (i32.sub
      (i32.add
        (i32.mul (i32.load8_u (local.get $at)) (i32.const 10))
        (i32.load8_u offset=1 (local.get $at)))
      (i32.const 528)))

  ;; Tells date and second of a time without a zone, whose digits are known to be some.
  (func $time (param $at i32)
    (i32.store
      (i32.const 32)
      (i32.add
        (i32.mul
          (i32.add
            (i32.mul (call $two (local.get $at)) (i32.const 100))
            (call $two (i32.add (local.get $at) (i32.const 2))))
          (i32.const 10000))
        (i32.add
          (i32.mul (call $two (i32.add (local.get $at) (i32.const 5))) (i32.const 100))
          (call $two (i32.add (local.get $at) (i32.const 8))))))
    (i32.store
      (i32.const 36)
      (i32.add
        (i32.mul (call $two (i32.add (local.get $at) (i32.const 11))) (i32.const 3600))
        (i32.add
          (i32.mul (call $two (i32.add (local.get $at) (i32.const 14))) (i32.const 60))
          (call $two (i32.add (local.get $at) (i32.const 17)))))
      )
    ;; An hour of 24, a minute of 60 or a second of 61 is none.
    (if
      (i32.or
        (i32.or
          (i32.gt_u (call $two (i32.add (local.get $at) (i32.const 11))) (i32.const 23))
          (i32.gt_u (call $two (i32.add (local.get $at) (i32.const 14))) (i32.const 59)))
        (i32.gt_u (call $two (i32.add (local.get $at) (i32.const 17))) (i32.const 60)))
      (then (i32.store (i32.const 12) (i32.const 0)))))

  ;; Reads the ban line from `start` to `end`, if it has a known layout.
  (func $read (param $start i32) (param $mark i32) (param $end i32)
    (local $slot i32)
    (local $layout i32)
    (local $open i32)
    (local $close i32)
    (local $restored i32)
    (i32.store (i32.const 12) (i32.const 0))
    (i32.store (i32.const 32) (i32.const -1))
    (local.set $restored
      (i32.ne
        (i32.load8_u (i32.sub (local.get $mark) (i32.const 2)))
        (i32.const 0x5d))) ;; "]"
    (local.set $close
      (i32.sub
        (local.get $mark)
        (select (i32.const 10) (i32.const 2) (local.get $restored))))
    (if (i32.eq (i32.load8_u (i32.sub (local.get $end) (i32.const 1))) (i32.const 0x0d))
      (then (local.set $end (i32.sub (local.get $end) (i32.const 1)))))
    (local.set $mark (i32.add (local.get $mark) (i32.const 4)))
    ;; An ID has a character at least.
    (if (i32.ge_u (local.get $mark) (local.get $end)) (then (return)))
    (loop $slots
      (local.set $layout
        (i32.add (global.get $layouts) (i32.mul (local.get $slot) (i32.const 1056))))
      (block $other
        (br_if $other (i32.eqz (i32.load (local.get $layout))))
        (local.set $open (i32.add (local.get $start) (i32.load (local.get $layout))))
        (br_if $other (i32.ge_u (local.get $open) (local.get $close)))
        (br_if $other (i32.ne (i32.load8_u (local.get $open)) (i32.const 0x5b))) ;; "["
        (br_if $other (i32.eqz (call $fits (local.get $start) (local.get $layout))))
        (i32.store (i32.const 12) (i32.add (local.get $slot) (i32.const 1)))
        (i32.store
          (i32.const 16)
          (call $jail (i32.add (local.get $open) (i32.const 1)) (local.get $close)))
        (i32.store (i32.const 20) (local.get $restored))
        (i32.store (i32.const 24)
          (if (result i32) (call $ipv4 (local.get $mark) (local.get $end))
            (then (i32.const 4))
            (else
              (select
                (i32.const 6)
                (i32.const 0)
                (call $ipv6 (local.get $mark) (local.get $end))))))
        (i32.store (i32.const 28) (global.get $address))
        (if (i32.ge_s (i32.load offset=4 (local.get $layout)) (i32.const 0))
          (then
            (call $time
              (i32.add (local.get $start) (i32.load offset=4 (local.get $layout))))))
        (return))
      (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
      (br_if $slots (i32.lt_u (local.get $slot) (i32.const 4)))))

  ;; Whether all is known of the ban that was read last; it is then put behind the others.
  (func $keep (result i32)
    (local $second i32)
    (local $count i32)
    (local $ban i32)
    (local $isSix i32)
    (local.set $second (i32.load (i32.const 36)))
    (local.set $count (i32.load (i32.const 40)))
    (if
      (i32.or
        (i32.or
          (i32.eqz (i32.load (i32.const 12)))
          (i32.eqz (i32.load (i32.const 24))))
        (i32.or
          (i32.eq (i32.load (i32.const 16)) (i32.const -1))
          (i32.eq (local.get $count) (global.get $mostBans))))
      (then (return (i32.const 0))))
    (if
      (i32.or
        (i32.ne (i32.load (i32.const 32)) (i32.load (i32.const 44)))
        (i32.ge_u
          (i32.sub (local.get $second) (i32.load (i32.const 48)))
          (global.get $stretch)))
      (then (return (i32.const 0))))
    (local.set $ban
      (i32.add (global.get $bans) (i32.shl (local.get $count) (i32.const 5))))
    (local.set $isSix (i32.eq (i32.load (i32.const 24)) (i32.const 6)))
    (if (local.get $isSix)
      (then
        (i32.store (local.get $ban) (call $wordOf (i32.const 0)))
        (i32.store offset=4 (local.get $ban) (call $wordOf (i32.const 1)))
        (i32.store offset=8 (local.get $ban) (call $wordOf (i32.const 2)))
        (i32.store offset=12 (local.get $ban) (call $wordOf (i32.const 3))))
      (else (i32.store (local.get $ban) (i32.load (i32.const 28)))))
    (i32.store offset=16
      (local.get $ban)
      (i32.or
        (i32.or
          (i32.shl (i32.load (i32.const 16)) (i32.const 2))
          (i32.shl (local.get $isSix) (i32.const 1)))
        (i32.load (i32.const 20))))
    (f64.store offset=24
      (local.get $ban)
      (f64.add (f64.load (i32.const 56)) (f64.convert_i32_u (local.get $second))))
    (i32.store (i32.const 52)
      (i32.add (i32.load (i32.const 52)) (i32.load (i32.const 20))))
    (i32.store (i32.const 40) (i32.add (local.get $count) (i32.const 1)))
    (i32.const 1))

  ;; Finds the next candidate from `from` to `to` that is not kept.
  (func (export "candidate")
    (param $from i32) (param $to i32) (param $longest i32) (result i32)
    (local $mark i32)
    (local $start i32)
    (local $end i32)
    (block $none
      (loop $lines
        (local.set $mark (call $ban (local.get $from) (local.get $to)))
        (br_if $none (i32.lt_s (local.get $mark) (i32.const 0)))
        (local.set $start (call $lineStart (local.get $mark) (local.get $from)))
        (local.set $end (call $lineEnd (local.get $mark)))
        (local.set $from (i32.add (local.get $end) (i32.const 1)))
        (br_if $lines
          (i32.gt_u (i32.sub (local.get $end) (local.get $start)) (local.get $longest)))
        (loop $marks
          (if (call $followsJail (local.get $mark) (local.get $start))
            (then
              (i32.store (i32.const 0) (local.get $start))
              (i32.store (i32.const 4) (local.get $end))
              (call $read (local.get $start) (local.get $mark) (local.get $end))
              (br_if $lines (call $keep))
              (return (local.get $mark))))
          (local.set $mark
            (call $ban (i32.add (local.get $mark) (i32.const 1)) (local.get $end)))
          (br_if $marks (i32.ge_s (local.get $mark) (i32.const 0))))
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
        (br $lines)))
    (i32.const -1)))

;; Searches text sixteen bytes at a time, which JavaScript cannot.
;;
;; byte_search.ts says what the functions mean and does the same in TypeScript where a processor
;; lacks the instructions. `make wasm` turns this file into byte_search_wasm.ts.
(module
  ;; A window of 384 KiB. Its first three words are what `candidate` has found: where the line begins
  ;; and ends, and how many lines only mentioned a ban.
  (memory (export "memory") 6 6)

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
    (block $none
      (loop $rounds
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
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
              (return (local.get $mark))))
          (local.set $mark
            (call $ban (i32.add (local.get $mark) (i32.const 1)) (local.get $end)))
          (br_if $marks (i32.ge_s (local.get $mark) (i32.const 0))))
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
        (br $lines)))
    (i32.const -1)))

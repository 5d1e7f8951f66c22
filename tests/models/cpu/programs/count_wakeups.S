# Sleeps; writes the number of times it woke to 0x50000000, then clears the doorbell.
  .globl _start
_start:
  li   s0, 0x50000000
  li   s1, 0
1:
  wfi
  addi s1, s1, 1
  sw   s1, 0(s0)
  li   t0, 1
  sw   t0, 0x14(a0)        # DOORBELL
  j    1b

# Reads where nothing answers; what follows in the same block must not reach the bus.
  .globl _start
_start:
  li   s0, 0x50000000
  li   s1, 0x70000000
  j    1f
1:
  lw   t0, 4(s1)
  sw   t0, 0(s0)
2:
  sw   t0, 4(s0)
  j    2b

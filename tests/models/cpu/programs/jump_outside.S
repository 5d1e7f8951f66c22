  .globl _start
_start:
  li   t0, 0x50000000
  jr   t0

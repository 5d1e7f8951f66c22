# Copies 8, 4, 2 and 1 bytes within the memory at 0x50000000, from +0 to +0x20, and sleeps.
  .globl _start
_start:
  li   s0, 0x50000000
  ld   t0, 0x00(s0)
  sd   t0, 0x20(s0)
  lw   t0, 0x08(s0)
  sw   t0, 0x28(s0)
  lh   t0, 0x0c(s0)
  sh   t0, 0x2c(s0)
  lb   t0, 0x0f(s0)
  sb   t0, 0x2f(s0)
1:
  wfi
  j    1b

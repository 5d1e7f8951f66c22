# Writes its round number to 0x50000000 for ever, 100 instructions apart.
  .globl _start
_start:
  li   s0, 0x50000000
  li   s1, 0
1:
  addi s1, s1, 1
  sw   s1, 0(s0)
  li   t0, 48
2:
  addi t0, t0, -1
  bnez t0, 2b
  j    1b

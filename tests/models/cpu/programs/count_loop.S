# Reads the time before and after a loop of 1000 rounds and writes both to the memory at 0x50000000.
# Blocks from the first read's to the second's: 3 + 999*2 + 3 = 2004 instructions.
  .globl _start
_start:
  li   s0, 0x50000000
  lw   t0, 0x20(a0)        # TIME_LO of the mailbox, whose address the core starts with in a0
  j    1f
1:
  li   t1, 1000            # 3 instructions with the first round
2:
  addi t1, t1, -1          # 2 instructions each further round
  bnez t1, 2b
  lw   t2, 0x20(a0)        # 3 instructions to the jump
  mv   t3, t2
  j    3f
3:
  sw   t0, 0(s0)
  sw   t3, 4(s0)
4:
  wfi
  j    4b

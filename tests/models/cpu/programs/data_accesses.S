# Loads and stores of every form and width, in the memory at 0x50000000, whose offsets tell them apart; then sleeps.
  .globl _start
_start:
  li   s0, 0x50000000
  li   s1, 0x50000800
  addi sp, s0, 0x200
  .option norvc
  lb   t0, -1(s1)
  lbu  t0, 1(s0)
  lh   t0, 2(s0)
  lhu  t0, 4(s0)
  lw   t0, -2048(s1)
  lwu  t0, 12(s0)
  ld   t0, 2040(s0)
  sb   t0, -3(s1)
  sh   t0, 2046(s0)
  sw   t0, -1024(s1)
  sd   t0, 24(s0)
  .option rvc
  c.lw   a1, 124(s0)
  c.lw   a1, 64(s0)
  c.ld   a1, 248(s0)
  c.sw   a1, 4(s0)
  c.sw   a1, 68(s0)
  c.sd   a1, 192(s0)
  c.lwsp a1, 252(sp)
  c.lwsp a1, 28(sp)
  c.ldsp a1, 504(sp)
  c.ldsp a1, 32(sp)
  c.swsp a1, 192(sp)
  c.swsp a1, 124(sp)
  c.sdsp a1, 448(sp)
  c.sdsp a1, 56(sp)
1:
  wfi
  j    1b

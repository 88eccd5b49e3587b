beta1.o
beta2.o
beta_asm.o

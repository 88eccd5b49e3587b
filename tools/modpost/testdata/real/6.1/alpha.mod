alpha.o

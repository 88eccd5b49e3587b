./alpha.o

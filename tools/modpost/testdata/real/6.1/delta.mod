delta.o

./delta.o

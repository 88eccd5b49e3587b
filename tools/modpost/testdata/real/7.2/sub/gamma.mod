sub/gamma.o

int bus_fast(void);

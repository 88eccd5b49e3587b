int bus_register(void);

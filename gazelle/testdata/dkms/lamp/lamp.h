int lamp_on(void);

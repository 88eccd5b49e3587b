print("#define LAMP_TABLES 1")

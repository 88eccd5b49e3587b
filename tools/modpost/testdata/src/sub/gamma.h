#define G 4 /* g */

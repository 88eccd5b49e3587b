/* Only analysed, never built. */

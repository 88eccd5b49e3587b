/* A comment
 * at the top of a file. */
#define ONE /* comment
	goes on */ 1
#define TWO 2 // comment
#define STR(x...) #x
#define LIST(X) \
	X(a) /* comment */ \
	X(b /* comment
	in an argument */, c)
/* comment */ # /* comment */ define THREE 3
int a = ONE + TWO /* comment */ + THREE; int b;	/* comment */ int c; // comment \
	that goes on
const char *s = STR(a /* comment */ b), *t = "/* not a remark */", u = '"';
#if 0 /* comment
*/
skipped /* comment */ 'x'
#endif
int line = __LINE__; /* comment
*/ int other = __LINE__; LIST(STR)
foo /* comment
*/ #bar

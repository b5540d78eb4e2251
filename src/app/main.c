/*
 * The program: everything it can do stands in the command table (app/cli.c).
 */
#include "app/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}

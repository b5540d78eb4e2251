/*
 * An SMTP server of a test's own on a real socket: one connection after another, with the moods real servers have.
 */
#ifndef YT_PORT_SEND_TEST_MAIL_SERVER_H
#define YT_PORT_SEND_TEST_MAIL_SERVER_H

#include "base/arena.h"
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum mail_mood { MOOD_FINE, MOOD_NOBODY, MOOD_LATER, MOOD_DROP, MOOD_SPAM, MOOD_AUTH, MOOD_HANGUP };
#define MAIL_KEPT 16

struct mail_server {
	int fd, port;
	pthread_t thread;
	_Atomic int mood, stopping, count, connections;
	char from[MAIL_KEPT][256], to[MAIL_KEPT][256];
	char *mails[MAIL_KEPT];
};

void smtp_say(int fd, const char *line);
bool smtp_line(FILE *in, char *line, size_t max);
char *smtp_data(FILE *in);

/* false: the connection is to be closed. */
bool smtp_command(struct mail_server *s, int fd, FILE *in, const char *line);
void *mail_server_main(void *arg);
struct mail_server *mail_server_start(void);
void mail_server_stop(struct mail_server *s);

/* The n-th part's words, decoded; a message without parts has one. */
str mail_words(struct arena *a, const char *mail, int part);

#endif

/*
 * Rows and queries of mail.
 */
#ifndef YT_FEATURE_MAIL_MAIL_DATA_H
#define YT_FEATURE_MAIL_MAIL_DATA_H

#include "feature/mail/mail_feature.h"

#define MAIL_STOP_FIELDS(F, S) F(S, STR, token) F(S, ID, customer)
RECORD(mail_stop, MAIL_STOP_FIELDS);
#define MAIL_LINE_FIELDS(F, S) F(S, I64, failures) F(S, MS, until)
RECORD(mail_line, MAIL_LINE_FIELDS);

WRITE(mail_stop_put, mail_stop,
      SQL(INSERT INTO mail_stop (corp, token, customer) VALUES (:corp, :token, :customer) ON CONFLICT DO NOTHING))
READ_ONE(mail_stop_get, mail_stop, mail_stop,
	 SQL_UNSCOPED("whoever holds the link", SELECT token, customer FROM mail_stop WHERE corp = :corp AND token = :token))
READ_ONE(mail_line_get, none, mail_line, SQL(SELECT failures, until FROM mail_line WHERE corp = :corp))
WRITE(mail_line_put, mail_line,
      SQL(INSERT INTO mail_line (corp, failures, until) VALUES (:corp, :failures, :until)
	  ON CONFLICT (corp) DO UPDATE SET failures = excluded.failures, until = excluded.until))

#endif

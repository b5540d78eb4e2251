/* Which user a member of staff is, when she logs in by WeCom. */
CREATE INDEX perm_user_staff ON perm_user (corp, staff);

export default {
  phones: {
    title: 'Phone lists', note: 'Staff add people by hand from their own phones; no program does it for them. A daily limit keeps accounts from being restricted.', make: 'Bring in a list', staffUrl: 'Copy the page of staff', name: 'List', state: 'State', total: 'Numbers', todo: 'To do', asked: 'Asked', passed: 'Friends', without: 'No result', rejected: 'Not taken',
    daysLeft: '{max} a day each, about {n} more days', none: 'No phone list yet', noneText: 'Bring in the phones you have, share them out evenly; new friends are matched back by themselves.', fileHint: 'csv or xlsx with a column named phone, perhaps one named name; 100,000 rows at most. Duplicates, foreign and malformed numbers are listed row by row.', choose: 'Choose a file', source: 'Source (required)', sourceHint: 'For example: membership cards of 2024',
    basis: 'Legal basis (required)', basisHint: 'For example: membership terms, clause 3', staff: 'Staff to share them out to', begin: 'Begin', phone: 'Phone', advisor: 'Staff', askedAt: 'Asked', moved: 'Being shared out again', move: 'Share out again', moveTo: 'Give what waits to', close: 'End the list', closeText: 'What was not added leaves the page of staff; results stay.',
    says: 'Source: {source}; basis: {basis}', sum: '{passed} friends, {asked} asked, {todo} to do, {friends} were friends before, {rejected} not taken', rejectFile: 'Rows not taken', byStaff: 'By staff', gone: 'cannot serve', all: 'All', rows: 'Numbers', noRows: 'No numbers', noRowsText: 'Try another state.',
  },
  phoneListState: { reading: 'Being read', open: 'Open', closed: 'Ended', failed: 'Not read' },
  phoneState: { todo: 'To do', asked: 'Asked', passed: 'Friend', not_found: 'Not found', refused: 'Refused', friend: 'Friend before' },
  phoneHow: { remark: 'by the remark', bound: 'by proven phone', tap: 'said by staff' },
  numbers: {
    title: 'Numbers to add today', today: '{used} of {max} today', guess: '{name} has just been added by phone search: which number is it?', somebody: 'A new friend', noneOfThem: 'None of them', todo: 'To do', none: 'No numbers wait.', full: 'Done for today; go on tomorrow.', asked: 'Asked, waiting', askedHint: 'Who accepts is recognised by itself, best by a phone in the remark.',
  },
  lead: {
    title: 'Lead pool', note: 'People without an advisor are for whoever claims first; who is no friend when the protection ends goes back.', pool: 'Put people in', who: 'Customer', orders: 'Orders', spent: 'Spent', lastOrder: 'Last order', held: 'Held by', until: 'until {when}', claim: 'Claim', claimed: 'Claimed', giveBack: 'Give back', returned: 'Back in the pool', history: 'History', why: 'Why', nameless: 'Name unknown',
    none: 'No leads here', noneText: 'An operator puts an audience in; staff claim from it.', expr: 'Whom (condition)', exprHint: 'Friends are left out.', pooled: 'Being put in', expired: 'protection ended',
  },
  leadState: { free: 'Free', mine: 'Mine', claimed: 'Held', won: 'Friends now' },
  leadPast: { pooled: 'put in', claimed: 'claimed by', returned: 'given back by', won: 'became a friend' },
  sms: {
    title: 'SMS campaigns', note: 'Text messages to known phones that are no friends, each with a link of her own; estimated, then approved. At most 2 in 30 days, none in quiet hours.', make: 'New campaign', name: 'Name', state: 'State', planned: 'Can be sent', sent: 'Sent', clicked: 'Opened', followed: 'Friends', bought: 'Bought', none: 'No campaign yet', noneText: 'Choose an audience and write the words; see first whom it can go to and why not to others.',
    comma: ', ', leftOut: 'Left out:', failed: '{n} failed, {unknown} unknown', second: 'a second person approves', approve: 'Approve and send', approveText: 'It goes to {n} people and costs about {cost}. What is sent cannot be taken back.', approved: 'Sending has begun', cancel: 'Stop', cancelText: 'What was not sent is not sent any more; what was sent stays.', sample: 'It has been a while: add your advisor and take a coupon: {link}', expr: 'To whom (condition)', words: 'Words', wordsHint: 'They need {link}, which becomes a link of her own; signature and opt-out words are added.', parts: '{chars} characters, charged as {parts}', target: 'Where the link leads', estimate: 'Estimate',
  },
  smsState: { planning: 'Being estimated', planned: 'To be approved', sending: 'Being sent', done: 'All queued', cancelled: 'Stopped', failed: 'Failed' },
  smsWhy: { friend: 'friends already', no_phone: 'no phone', refused: 'opted out', cap: 'contacted enough', month: 'enough in 30 days' },
  oa: {
    title: 'Official account', note: 'Fans and customers are one by unionid; who scans a parametric code is answered with an article that leads to WeCom.', fansOnly: 'Fans who are no friends', connect: 'Connect an account', newCode: 'Parametric code', code: 'Code', answers: 'Answers', subscribed: 'Follows', scanned: 'Scans again', figures: '{fans} fans, {subscribed} new follows, {lost} left', synced: 'all read {when}', neverSynced: 'never read as a whole', callback: 'Server address:', sync: 'Read all fans', syncing: 'Begun; see the jobs',
    mini: 'Mini program links', newMini: 'New mini program link', path: 'Path of the page', params: 'Parameters of the page', miniHint: 'Connect the mini program by its AppID and secret like an account first. The short link stays; the platform\'s own is renewed before it ends.', visits30: 'Opened in 30 days', trend: 'Opened by day', noMini: 'No mini program link yet', noMiniText: 'Links in messages open the mini program at once, and their visits are counted by day.',
    codes: 'Parametric codes', picture: 'Picture', menu: 'Copy menu link', none: 'No parametric code yet', noneText: 'One code per channel; permanent codes cannot be deleted, 100,000 at most.', asItIs: 'empty: as it is', base: 'Interface address (simulated)', usual: 'Answer to a plain follow', account: 'Account', channel: 'Channel', articleTitle: 'Title of the article', words: 'Text of the article', link: 'Where it leads', pic: 'Address of its picture', linkHint: 'An acquisition link or the address of a live code; the picture may be that of the code.',
  },
};

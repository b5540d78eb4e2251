export default {
  brand: 'Yutang',
  nav: {
    lifecycle: 'Lifecycle', rfm: 'RFM', layers: 'Layers', followup: 'Follow-up board',
    home: 'Home', livecodes: 'Live codes', customers: 'Customers', customer: 'Customer', tags: 'Tags', audiences: 'Audiences', attributes: 'Attributes and fields',
    audience: 'Edit audience', broadcasts: 'Broadcasts', repeats: 'Repeating broadcasts', arrivals: 'Arrivals', sops: 'SOPs', broadcast: 'Broadcast', broadcastNew: 'New broadcast', campaigns: 'Plans of several touches', campaign: 'Plan of several touches', campaignNew: 'New plan of several touches', moments: 'Moments', moment: 'Moment', momentNew: 'New Moment', orders: 'Orders',
    import: 'Import orders', jobs: 'Jobs', setup: 'Set-up guide', audit: 'Audit log', settings: 'Settings', login: 'Log in',
    missing: 'No such page', gAcquire: 'Acquire', gCustomers: 'Customers', gReach: 'Reach', gSystem: 'System',
    menu: 'Main menu', skip: 'Skip to content', running: 'Running jobs: {n}', language: 'Switch language', account: 'Account: {name}',
    password: 'Account and password', logout: 'Log out',
  },
  cmd: {
    hint: 'Search customers, pages, settings…', title: 'Search', none: 'Nothing found', page: 'Page', action: 'Action', customer: 'Customer',
    newCode: 'New live code', newAudience: 'New audience', newBroadcast: 'New broadcast', newCampaign: 'New plan of touches', newMoment: 'New Moment', import: 'Import orders',
  },
  wecom: {
    name: 'WeCom', unknown: 'state unknown', simulated: 'simulator running', unset: 'not connected', silent: 'no callback yet', alive: 'fine, callback {ago}',
  },
  common: {
    cancel: 'Cancel', close: 'Close', save: 'Save', create: 'Create', edit: 'Edit', remove: 'Delete', retry: 'Try again', undo: 'Undo', copied: 'Copied', copy: 'Copy',
    loading: 'Loading', whatIs: 'How “{name}” is counted', typeThis: 'Please type “{word}”', view: 'View', back: 'Back', next: 'Next', previous: 'Back',
    optional: 'optional', saved: 'Saved', yes: 'Yes', no: 'No', none: 'None', actions: 'Actions', search: 'Search', created: 'Created', by: 'By', name: 'Name',
    download: 'Download', none_yet: 'Nothing here yet', notConnected: 'Not connected', saveFailed: 'Not saved',
  },
  list: {
    selectPage: 'Select this page', pages: 'Pages', previous: 'Previous', next: 'Next', chosen: '{n} customers chosen', clear: 'Clear selection',
  },
  time: { now: 'just now', seconds: '{n} s', minutes: '{n} min', hours: '{n} h' },
  error: {
    unexpected: 'Something unexpected went wrong on this page', offline: 'The server cannot be reached', offlineCure: 'Check the network, or that the service is running, and try again.',
    copyId: 'Copy request id {id}', s401: 'Your session has ended, please log in again', s403: 'Your role has no right to this; ask an administrator', s404: 'This does not exist; it may have been deleted or merged',
    s409: 'This clashes with another change; reload and try again', s412: 'Somebody else has just changed this; reload before editing', s413: 'This is too large', s422: 'Something filled in is not right', s429: 'Too many requests, please wait a moment',
    s500: 'The server failed; please give the request id to your administrator', sother: 'The request did not succeed',
  },
  unsaved: { title: 'Not saved yet', effect: 'What you have just filled in will be lost.', leave: 'Leave' },
  login: { scan: 'Scan with WeCom', wecom: 'Log in by WeCom', title: 'Log in to Yutang', slogan: 'Your customers, well looked after', name: 'Login', password: 'Password', enter: 'Log in' },
  missing: { title: 'There is nothing here', text: 'The link may be old. Press Ctrl K to search pages and customers.' },
  staff: { outOfScope: '{name} (outside the app’s visible range)' },
};

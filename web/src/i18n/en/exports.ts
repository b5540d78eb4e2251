export default {
  exports: {
    why: 'Purpose', note: 'Files are kept for 7 days and are for who asked and for owners; every request and download is audited.', button: 'Export', ask: 'Export customers', who: 'Whom', everybody: 'Everybody you can see', people: 'about {n} people',
    chosen: '{n} chosen, at most {max}', all: 'All', none: 'None', group: { person: 'Person', fact: 'Attributes', model: 'Computed', own: 'Own attributes and fields' },
    masked: 'Your role sees masked phones only; restricted fields are left out.', sensitive: 'Sensitive tags are never in the file.', purpose: 'Purpose (required, audited)', purposeHint: 'e.g. addresses for the courier of the autumn gifts', start: 'Start', tooMany: 'At most {n} people fit in one export; narrow the audience.',
    toList: 'See exports', leave: 'You may leave this page; fetch the file from the list of exports.', rows: 'People', size: 'Size', by: 'Asked by', created: 'Asked', left: 'deleted {when}', downloads: 'Downloads', download: 'Download', nColumns: '{n} columns',
    remove: 'Delete file', cancel: 'Cancel', removeAsk: 'The file goes at once; the record of it stays.', cancelAsk: 'What was written so far goes.', removed: 'File deleted', cancelled: 'Export cancelled', empty: 'No exports yet', emptyText: 'Choose “Export” on the list of customers or an audience, then columns and a purpose.', csv: 'CSV, opens in spreadsheets',
  },
  exportState: { running: 'Running', done: 'Ready', dropped: 'Stopped', removed: 'Deleted', expired: 'Expired' },
};

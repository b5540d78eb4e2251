import audience from './audience';
import base from './base';
import material from './material';
import people from './people';
import profile from './profile';
import reach from './reach';
import system from './system';
import tags from './tags';

export default {
  ...audience,
  ...base,
  ...material,
  ...people,
  ...profile,
  ...reach,
  ...system,
  ...tags,
};

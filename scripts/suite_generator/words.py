"""The words that the suite's items are made of. Everyday English, listed by this project."""

NAMES = (
    "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Iris", "Jack", "Karen",
    "Leo", "Maria", "Nora", "Oscar", "Paula", "Robert", "Sarah", "Tom", "Victor",
)  # fmt: skip
OBJECTS = (
    "key", "book", "lamp", "cup", "ball", "hat", "coin", "letter", "spoon", "rope", "watch",
    "candle", "map", "shoe", "ring", "bottle", "pencil", "towel", "basket", "bell",
)  # fmt: skip
PLACES = (
    "kitchen", "garden", "office", "garage", "bedroom", "cellar", "library", "attic", "hallway",
    "bathroom", "barn", "school", "station", "hotel", "bakery",
)  # fmt: skip
COLORS = ("red", "blue", "green", "yellow", "black", "white", "brown", "purple", "orange", "grey")
THINGS_LIKED = (
    "tea", "milk", "soup", "bread", "cheese", "rice", "honey", "coffee", "cake", "fish", "pasta",
    "chocolate", "salad", "juice",
)  # fmt: skip
DEEDS = (
    ("baked", "bread"), ("washed", "car"), ("painted", "fence"), ("opened", "window"),
    ("fixed", "bike"), ("cooked", "dinner"), ("cleaned", "floor"), ("wrote", "letter"),
    ("bought", "milk"), ("fed", "dog"), ("planted", "tree"), ("sold", "house"),
)  # fmt: skip
ECHOED = (
    "lantern", "pebble", "meadow", "castle", "thunder", "velvet", "harbor", "winter", "copper",
    "island", "shadow", "forest", "mirror", "desert", "silver", "window", "garden", "bridge",
    "planet", "butter",
)  # fmt: skip
OPPOSITES = (
    ("hot", "cold"), ("big", "small"), ("early", "late"), ("fast", "slow"), ("high", "low"),
    ("open", "closed"), ("old", "young"), ("wet", "dry"), ("happy", "sad"), ("light", "dark"),
    ("full", "empty"), ("hard", "soft"), ("strong", "weak"), ("rich", "poor"), ("long", "short"),
    ("loud", "quiet"), ("clean", "dirty"), ("near", "far"), ("up", "down"), ("left", "right"),
)  # fmt: skip
PLURALS = (
    ("box", "boxes"), ("child", "children"), ("foot", "feet"), ("mouse", "mice"),
    ("city", "cities"), ("leaf", "leaves"), ("tooth", "teeth"), ("bus", "buses"),
    ("dog", "dogs"), ("baby", "babies"), ("knife", "knives"), ("man", "men"), ("cup", "cups"),
    ("wolf", "wolves"), ("dish", "dishes"), ("woman", "women"), ("lady", "ladies"),
    ("tree", "trees"),
)  # fmt: skip
PASTS = (
    ("walk", "walked"), ("go", "went"), ("eat", "ate"), ("see", "saw"), ("run", "ran"),
    ("write", "wrote"), ("play", "played"), ("sing", "sang"), ("buy", "bought"),
    ("drink", "drank"), ("jump", "jumped"), ("take", "took"), ("give", "gave"), ("swim", "swam"),
    ("think", "thought"), ("open", "opened"), ("make", "made"), ("speak", "spoke"),
)  # fmt: skip
KINDS = {
    "animal": ("dog", "cat", "horse", "goat", "lion", "rabbit", "sheep", "wolf"),
    "fruit": ("apple", "pear", "banana", "cherry", "grape", "lemon", "peach", "plum"),
    "tool": ("hammer", "saw", "drill", "wrench", "screwdriver", "axe", "shovel", "pliers"),
    "color": ("red", "blue", "green", "yellow", "purple", "brown", "pink", "black"),
    "vehicle": ("car", "bus", "train", "truck", "bicycle", "ship", "airplane", "tram"),
    "drink": ("water", "milk", "tea", "coffee", "juice", "beer", "wine", "lemonade"),
}
FACTS = (
    ("the color of grass", "green"), ("the color of snow", "white"), ("the color of coal", "black"),
    ("the color of a ripe banana", "yellow"), ("the color of blood", "red"),
    ("the color of the clear sky", "blue"), ("the name for a young cat", "kitten"),
    ("the name for a young dog", "puppy"), ("the name for a young cow", "calf"),
    ("the name for a young sheep", "lamb"), ("the capital of France", "Paris"),
    ("the capital of Italy", "Rome"), ("the capital of Japan", "Tokyo"),
    ("the capital of Spain", "Madrid"), ("the capital of England", "London"),
    ("the frozen form of water", "ice"), ("the planet we live on", "Earth"),
    ("the largest animal in the sea", "whale"), ("the animal that gives us wool", "sheep"),
    ("the insect that makes honey", "bee"),
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
STREETS = ("Mill Road", "Oak Street", "Lake Avenue", "Church Lane", "Station Road", "Hill Street")
SECRETS = (
    "walnut", "falcon", "sapphire", "bamboo", "pelican", "granite", "tulip", "comet", "cobalt",
    "juniper", "marble", "otter", "saffron", "glacier", "violin", "cactus",
)  # fmt: skip
TOPICS = ("cooking", "football", "gardening", "music", "chess", "sewing", "painting", "fishing")
JOBS = (
    "baker", "doctor", "teacher", "driver", "painter", "farmer", "tailor", "nurse", "pilot",
    "gardener", "plumber", "waiter", "lawyer", "singer", "butcher", "carpenter",
)  # fmt: skip
TOWNS = (
    "Ashford", "Brookdale", "Carlow", "Denby", "Elmwood", "Fairview", "Grafton", "Hartley",
    "Ivybridge", "Kelso", "Langdon", "Marlow", "Norton", "Oakham", "Preston", "Redhill",
)  # fmt: skip
DISHES = (
    "tomato soup", "apple pie", "fish stew", "rice pudding", "onion tart", "lemon cake",
    "bean salad", "potato bread", "plum jam", "carrot curry", "mushroom pasta", "cherry tea",
)  # fmt: skip

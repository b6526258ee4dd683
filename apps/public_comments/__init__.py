"""パブリック・コメント手続: drafts on which the city asks for opinions, the opinions, and the answer to all of them."""
